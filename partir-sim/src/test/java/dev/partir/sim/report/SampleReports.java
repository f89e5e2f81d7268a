package dev.partir.sim.report;

import dev.partir.mesh.MeshAxis;
import dev.partir.sim.cost.Limit;
import dev.partir.sim.report.PlanReport.CollectiveRow;
import dev.partir.sim.report.PlanReport.CollectiveTotal;
import dev.partir.sim.report.PlanReport.Figures;
import dev.partir.sim.report.PlanReport.Hardware;
import dev.partir.sim.report.PlanReport.MemoryOwner;
import dev.partir.sim.report.PlanReport.MemoryPoint;
import dev.partir.sim.report.PlanReport.MemoryUse;
import dev.partir.sim.report.PlanReport.PaddingRow;
import dev.partir.sim.report.PlanReport.TacticRow;
import dev.partir.sim.report.PlanReport.TimeRow;
import dev.partir.sim.report.PlanReport.ValueRow;
import dev.partir.spmd.Reshard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Reports with made-up figures. */
final class SampleReports {
  private SampleReports() {}

  static ValueRow value(String name, List<Long> dims, List<List<String>> axes, int... blocks) {
    List<Long> local = new ArrayList<>();
    long bytes = 4;
    long localBytes = 4;
    for (int dim = 0; dim < dims.size(); dim++) {
      local.add(dims.get(dim) / blocks[dim]);
      bytes *= dims.get(dim);
      localBytes *= local.get(dim);
    }
    return new ValueRow(name, "f32", dims, local, axes, bytes, localBytes);
  }

  private static Figures figures(
      Map<Reshard, CollectiveTotal> collectives,
      double seconds,
      double communication,
      long peak,
      String... conflicts) {
    return new Figures(
        collectives, seconds, communication, 0.25, peak, 536870912, List.of(conflicts), 1.5);
  }

  /** A perceptron of two layers on eight devices; fits by far, no conflicts, names to escape. */
  static PlanReport small() {
    CollectiveTotal gathers = new CollectiveTotal(2, 4194304);
    CollectiveTotal reduces = new CollectiveTotal(1, 524288);
    Figures initial = figures(Map.of(), 4e-5, 0, 20971520);
    Figures bp = figures(Map.of(), 1.2e-5, 0, 11534336);
    Figures mp = figures(Map.of(Reshard.ALL_REDUCE, reduces), 2.05e-5, 1.2e-5, 6291456);
    Figures z3 =
        figures(
            Map.of(Reshard.ALL_REDUCE, reduces, Reshard.ALL_GATHER, gathers),
            3.1e-5,
            2.3e-5,
            5242880);
    return new PlanReport(
        "Mlp<forward> & \"friends\"",
        List.of(new MeshAxis("batch", 4), new MeshAxis("model", 2)),
        new Hardware("tpu-v3", "TPU v3", 34359738368L),
        initial,
        List.of(
            new TacticRow("BP", List.of("tile x on rows along batch"), bp),
            new TacticRow("MP", List.of("tile up on hidden along model"), mp),
            new TacticRow(
                "Z3",
                List.of("tile up on embed along batch", "tile down on embed along batch"),
                z3)),
        z3,
        List.of(
            value("x", List.of(1024L, 512L), List.of(List.of("batch"), List.of()), 4, 1),
            value("up", List.of(512L, 2048L), List.of(List.of("batch"), List.of("model")), 4, 2),
            value("down", List.of(2048L, 512L), List.of(List.of("model"), List.of("batch")), 2, 4)),
        List.of(value("result", List.of(1024L, 512L), List.of(List.of("batch"), List.of()), 4, 1)),
        List.of(),
        List.of(
            new CollectiveRow(
                Reshard.ALL_REDUCE,
                List.of("model"),
                1,
                524288,
                1.2e-5,
                "MP: stablehlo.dot_general, [{batch}, {}] pending ADD over model"),
            new CollectiveRow(
                Reshard.ALL_GATHER,
                List.of("batch"),
                2,
                2097152,
                5.5e-6,
                "Z3+BP: argument \"up\" for stablehlo.dot_general")),
        List.of(
            new TimeRow("all_reduce", Limit.COMMUNICATION, 1, 1.2e-5),
            new TimeRow("all_gather", Limit.COMMUNICATION, 2, 1.1e-5),
            new TimeRow("stablehlo.dot_general", Limit.COMPUTE, 2, 5e-6),
            new TimeRow("stablehlo.maximum", Limit.MEMORY, 1, 2e-6),
            new TimeRow("stablehlo.broadcast_in_dim", Limit.LATENCY, 1, 1e-6)),
        new MemoryUse(
            1572864,
            6,
            3,
            List.of(
                new MemoryPoint(0, 3670016),
                new MemoryPoint(1, 4718592),
                new MemoryPoint(2, 4194304),
                new MemoryPoint(3, 5242880),
                new MemoryPoint(4, 3145728),
                new MemoryPoint(5, 2097152)),
            List.of(
                new MemoryOwner("down, gathered", 2097152),
                new MemoryOwner("hidden", 1048576),
                new MemoryOwner("x", 524288))));
  }

  /** Many layers on a big mesh of three axes; does not fit, has conflicts, every rank and kind. */
  static PlanReport large() {
    List<ValueRow> inputs = new ArrayList<>();
    List<String> none = List.of();
    inputs.add(value("step", List.of(), List.of()));
    inputs.add(value("scale", List.of(8192L), List.of(List.of("model")), 16));
    inputs.add(
        value("tokens", List.of(512L, 4096L), List.of(List.of("pod", "batch"), none), 64, 1));
    inputs.add(
        value(
            "images",
            List.of(256L, 64L, 64L, 3L),
            List.of(List.of("batch"), none, none, none),
            32,
            1,
            1,
            1));
    inputs.add(
        value(
            "experts",
            List.of(64L, 4096L, 14336L),
            List.of(List.of("model"), none, List.of("batch")),
            16,
            1,
            32));
    for (int layer = 0; layer < 24; layer++) {
      String prefix = "decoder/layers/" + layer + "/";
      inputs.add(
          value(
              prefix + "attention/qkv",
              List.of(4096L, 3L, 32L, 128L),
              List.of(List.of("batch"), none, List.of("model"), none),
              32,
              1,
              16,
              1));
      inputs.add(
          value(
              prefix + "mlp/up",
              List.of(4096L, 16384L),
              List.of(List.of("batch"), List.of("model")),
              32,
              16));
      inputs.add(
          value(
              prefix + "mlp/down",
              List.of(16384L, 4096L),
              List.of(List.of("model"), List.of("batch")),
              16,
              32));
      inputs.add(value(prefix + "norm/scale", List.of(4096L), List.of(none), 1));
    }
    long tera = 1L << 40;
    Map<Reshard, CollectiveTotal> all =
        Map.of(
            Reshard.ALL_GATHER, new CollectiveTotal(259, tera / 3),
            Reshard.ALL_REDUCE, new CollectiveTotal(289, tera / 5),
            Reshard.REDUCE_SCATTER, new CollectiveTotal(129, tera / 9),
            Reshard.ALL_TO_ALL, new CollectiveTotal(48, tera / 40),
            Reshard.COLLECTIVE_PERMUTE, new CollectiveTotal(2, 1 << 20));
    String[] conflicts = {
      "stablehlo.dot_general at decoder.mlir:118:12 along \"model\": operand 0 wants to tile its"
          + " dimension 2 (MP, from qkv); operand 1 wants to tile its dimension 0 (EMB)",
      "argument \"experts\" along \"batch\": already tiled on dimension 0"
    };
    Figures initial = figures(Map.of(), 41.7, 0, 96L << 30);
    Figures bp =
        figures(Map.of(Reshard.ALL_REDUCE, all.get(Reshard.ALL_REDUCE)), 2.1, 0.4, 80L << 30);
    Figures z3 = figures(all, 1.31, 0.62, 45L << 30, conflicts);
    List<CollectiveRow> rows = new ArrayList<>();
    List<Reshard> kinds = Arrays.stream(Reshard.values()).filter(Reshard::isCollective).toList();
    for (int i = 0; i < 30; i++) {
      Reshard kind = kinds.get(i % 5);
      rows.add(
          new CollectiveRow(
              kind,
              i % 3 == 0 ? List.of("pod", "batch") : List.of("model"),
              24,
              (64L << 20) >> (i / 4),
              2.1e-3 / (i + 1),
              "Z3+BP: argument \"decoder/layers/*/mlp/up\" for stablehlo.dot_general, [{batch},"
                  + " {model}] -> [{}, {model}]"));
    }
    List<MemoryPoint> points = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      long swell = (long) (Math.sin(i * Math.PI / 400) * 22e9) + (i * 37 % 23) * 150_000_000L;
      points.add(new MemoryPoint(i * 25, Math.min(45L << 30, (22L << 30) + swell)));
    }
    points.set(210, new MemoryPoint(210 * 25, 45L << 30));
    List<String> actions = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      actions.add("tile decoder/layers/" + i + "/mlp/up on dimension 0 along batch");
    }
    return new PlanReport(
        "gemini_class_decoder.train_step",
        List.of(new MeshAxis("pod", 2), new MeshAxis("batch", 32), new MeshAxis("model", 16)),
        new Hardware("tpu-v4", "TPU v4", 32L << 30),
        initial,
        List.of(
            new TacticRow("BP", List.of("tile tokens on dimension 0 along pod, batch"), bp),
            new TacticRow("Z3", actions, z3)),
        z3,
        inputs,
        List.of(value("loss", List.of(), List.of())),
        List.of(
            new PaddingRow(50257, List.of("model"), 3142, 16, 7, 2, "embedding"),
            new PaddingRow(33, List.of("pod", "batch"), 1, 64, 1, 0, "tail")),
        rows,
        List.of(
            new TimeRow("stablehlo.dot_general", Limit.COMPUTE, 1200, 0.5),
            new TimeRow("all_gather", Limit.COMMUNICATION, 259, 0.32),
            new TimeRow("all_reduce", Limit.COMMUNICATION, 289, 0.3),
            new TimeRow("stablehlo.exponential", Limit.MEMORY, 48, 0.19)),
        new MemoryUse(
            22L << 30,
            10000,
            5250,
            points,
            List.of(
                new MemoryOwner("decoder/layers/11/attention/scores", 9L << 30),
                new MemoryOwner("arguments", 22L << 30),
                new MemoryOwner("gradient of decoder/layers/11/mlp/up", 3L << 30))));
  }
}
