package dev.partir.schedule;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.schedule.Site.Part;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardingVerifierTest {
  private static final Mesh MESH = MeshVerifier.parse("test", "batch=4,model=2").orThrow();

  private static final ProgramModel MLP =
      new ProgramModel(
          "Mlp.forward",
          List.of(
              ValueModel.parameter("x", f32(1024, 512), "rows", "embed"),
              ValueModel.parameter("up", f32(512, 2048), "embed", "hidden"),
              ValueModel.parameter("down", f32(2048, 512), "hidden", "embed"),
              ValueModel.parameter("odd", f32(18, 1024)),
              ValueModel.parameter("prime", f32(7)),
              ValueModel.parameter("square", f32(64, 64), "embed", "embed"),
              ValueModel.parameter("scale", f32()),
              ValueModel.parameter("open", f32(TensorType.DYNAMIC, 8), "rows", "embed"),
              ValueModel.result(f32(1024, 512), "rows", "embed"),
              ValueModel.intermediate("hidden", f32(1024, 2048), "rows", "hidden")));

  private static TensorType f32(long... dims) {
    return TensorType.of(ElementType.F32, dims);
  }

  private static ManualTactic tactic(String name, Action... actions) {
    return new ManualTactic(name, List.of(actions));
  }

  private static Verification verify(Tactic... tactics) {
    return ShardingVerifier.verify(MLP, new Schedule(MESH, null, List.of(tactics)));
  }

  private static void assertFindings(Verification verification, String... messages) {
    assertThat(verification.diagnostics().stream().map(d -> d.message()).toList())
        .containsExactlyElementsIn(messages)
        .inOrder();
  }

  private static List<Site> sites(Verification verification) {
    return verification.findings().stream().map(Finding::site).toList();
  }

  @Test
  void resolvesNamesToIndexes() {
    Action rows = Action.tile("x", Dim.named("rows"), "batch");
    Action hidden = Action.tile("up", Dim.index(1), "model");
    Action first = Action.tile("*o*n", Dim.firstDivisible(), "batch");
    Action whole = Action.replicate("result", "model");
    ManualTactic bp = tactic("BP", rows);
    ManualTactic rest = tactic("rest", hidden, first, whole);
    var search = AutomaticTactic.parse("auto(model)");
    Verification verification = verify(bp, rest, search);
    assertFindings(verification);
    assertThat(verification.orThrow())
        .containsExactly(
            new ResolvedTactic(
                bp, List.of(new ResolvedAction(rows, 0, ResolvedAction.Kind.TILE, 0, 0))),
            new ResolvedTactic(
                rest,
                List.of(
                    new ResolvedAction(hidden, 1, ResolvedAction.Kind.TILE, 1, 1),
                    new ResolvedAction(first, 2, ResolvedAction.Kind.TILE_FIRST_DIVISIBLE, -1, 0),
                    new ResolvedAction(first, 7, ResolvedAction.Kind.TILE_FIRST_DIVISIBLE, -1, 0),
                    new ResolvedAction(whole, 8, ResolvedAction.Kind.REPLICATE, -1, 1))),
            new ResolvedTactic(search, List.of()))
        .inOrder();
  }

  @Test
  void unknownAxis() {
    Verification verification = verify(tactic("BP", Action.tile("x", Dim.named("rows"), "bacth")));
    assertFindings(
        verification,
        "[partir:unknown-axis] Mlp.forward, parameter \"x\", tactic \"BP\": the mesh has no axis"
            + " \"bacth\" (mesh batch=4, model=2). The nearest is \"batch\". See"
            + " docs/errors/unknown-axis.md");
    assertThat(sites(verification)).containsExactly(new Site.OfAction(0, 0, Part.AXIS));
  }

  @Test
  void unknownAxisOfASearch() {
    Verification verification = verify(AutomaticTactic.parse("auto(model, stage)"));
    assertFindings(
        verification,
        "[partir:unknown-axis] Mlp.forward, tactic \"auto(model, stage)\": the mesh has no axis"
            + " \"stage\" (mesh batch=4, model=2). The axes are \"batch\", \"model\". See"
            + " docs/errors/unknown-axis.md");
    assertThat(sites(verification)).containsExactly(new Site.OfTactic(0));
  }

  @Test
  void unknownValueAndPatternThatMatchesNothing() {
    Verification verification =
        verify(
            tactic(
                "MP",
                Action.tile("dwon", Dim.index(0), "model"),
                Action.tile("*/w1", Dim.index(0), "model"),
                Action.tile("type:512x2048xf16", Dim.index(0), "model")));
    assertFindings(
        verification,
        "[partir:unknown-value] Mlp.forward, tactic \"MP\": \"dwon\" matches no value. The nearest"
            + " is \"down\". See docs/errors/unknown-value.md",
        "[partir:unknown-value] Mlp.forward, tactic \"MP\": \"*/w1\" matches no value. The values"
            + " are \"x\", \"up\", \"down\", \"odd\", \"prime\", \"square\", \"scale\", \"open\""
            + " and 2 more. See docs/errors/unknown-value.md",
        "[partir:unknown-value] Mlp.forward, tactic \"MP\": \"type:512x2048xf16\" matches no"
            + " parameter. The nearest is \"type:512x2048xf32\". See docs/errors/unknown-value.md");
    assertThat(sites(verification))
        .containsExactly(
            new Site.OfAction(0, 0, Part.TARGET),
            new Site.OfAction(0, 1, Part.TARGET),
            new Site.OfAction(0, 2, Part.TARGET));
  }

  @Test
  void optionalTacticMayMatchNothing() {
    var tactic = new ManualTactic("Z3", List.of(Action.tile("*/w1", Dim.index(0), "model")), true);
    assertFindings(verify(tactic));
  }

  @Test
  void unknownDimension() {
    Verification verification =
        verify(
            tactic(
                "BP",
                Action.tile("x", Dim.named("row"), "batch"),
                Action.tile("up", Dim.index(2), "batch"),
                Action.tile("down", Dim.index(-1), "batch"),
                Action.tile("odd", Dim.named("rows"), "batch"),
                Action.tile("scale", Dim.index(0), "batch"),
                Action.tile("square", Dim.named("embed"), "batch")));
    assertFindings(
        verification,
        "[partir:unknown-dimension] Mlp.forward, parameter \"x\", tactic \"BP\": it has no"
            + " dimension \"row\"; its dimensions are rows=1024, embed=512. The nearest is"
            + " \"rows\". See docs/errors/unknown-dimension.md",
        "[partir:unknown-dimension] Mlp.forward, parameter \"up\", tactic \"BP\": it has no"
            + " dimension 2; its dimensions are embed=512, hidden=2048. Indexes go from 0 to 1. See"
            + " docs/errors/unknown-dimension.md",
        "[partir:unknown-dimension] Mlp.forward, parameter \"down\", tactic \"BP\": it has no"
            + " dimension -1; its dimensions are hidden=2048, embed=512. Indexes go from 0 to 1."
            + " See docs/errors/unknown-dimension.md",
        "[partir:unknown-dimension] Mlp.forward, parameter \"odd\", tactic \"BP\": it has no"
            + " dimension \"rows\"; its dimensions are 18, 1024. Its dimensions have no names; say"
            + " an index. See docs/errors/unknown-dimension.md",
        "[partir:unknown-dimension] Mlp.forward, parameter \"scale\", tactic \"BP\": it has no"
            + " dimension 0; it is a scalar. Leave it to propagation. See"
            + " docs/errors/unknown-dimension.md",
        "[partir:unknown-dimension] Mlp.forward, parameter \"square\", tactic \"BP\": dimensions 0"
            + " and 1 are both named \"embed\". Say which by index. See"
            + " docs/errors/unknown-dimension.md");
    assertThat(sites(verification)).contains(new Site.OfAction(0, 3, Part.DIM));
  }

  @Test
  void axisTwiceOnOneValue() {
    Verification verification =
        verify(
            tactic("BP", Action.tile("x", Dim.named("rows"), "batch")),
            tactic("Z3", Action.tile("x", Dim.named("embed"), "batch")));
    assertFindings(
        verification,
        "[partir:axis-reused] Mlp.forward, parameter \"x\", tactic \"Z3\": axis \"batch\" already"
            + " shards dimension \"rows\" (tactic \"BP\"). Remove one of the two, or use axis"
            + " \"model\" of size 2. See docs/errors/axis-reused.md");
    assertThat(sites(verification)).containsExactly(new Site.OfAction(1, 0, Part.AXIS));
  }

  @Test
  void noOtherAxisIsSuggestedWhenNoneIsFree() {
    assertFindings(
        verify(
            tactic(
                "BP",
                Action.tile("x", Dim.named("rows"), "batch"),
                Action.tile("x", Dim.named("rows"), "model"),
                Action.tile("x", Dim.named("rows"), "batch"))),
        "[partir:axis-reused] Mlp.forward, parameter \"x\", tactic \"BP\": axis \"batch\" already"
            + " shards dimension \"rows\". Remove one of the two. See docs/errors/axis-reused.md");
  }

  @Test
  void indivisible() {
    Verification verification = verify(tactic("BP", Action.tile("odd", Dim.index(0), "batch")));
    assertFindings(
        verification,
        "[partir:indivisible] Mlp.forward, parameter \"odd\", tactic \"BP\": dimension 0 has size"
            + " 18, not divisible by mesh axis \"batch\" of size 4 (mesh batch=4, model=2). Give"
            + " axis \"batch\" a size that divides it, such as 3 or 6; or shard dimension 1 (size"
            + " 1024) instead; or use axis \"model\" of size 2. See docs/errors/indivisible.md");
    assertThat(sites(verification)).containsExactly(new Site.OfAction(0, 0, Part.DIM));
  }

  @Test
  void suggestionsAreTried() {
    // 3 and 6 divide 18, but not 1024, which "batch" shards too; "model" is taken.
    assertFindings(
        verify(
            tactic("BP", Action.tile("x", Dim.index(0), "batch")),
            tactic(
                "MP",
                Action.tile("odd", Dim.index(1), "model"),
                Action.tile("odd", Dim.index(0), "batch"))),
        "[partir:indivisible] Mlp.forward, parameter \"odd\", tactic \"MP\": dimension 0 has size"
            + " 18, not divisible by mesh axis \"batch\" of size 4 (mesh batch=4, model=2). Give"
            + " axis \"batch\" a size that divides it, such as 2; or shard dimension 1 (size 1024)"
            + " instead; or pad it to 20. See docs/errors/indivisible.md");
  }

  @Test
  void divisibilityCountsAllAxesOfADimension() {
    assertFindings(
        verify(
            tactic("MP", Action.tile("odd", Dim.index(0), "model")),
            tactic("Z3", Action.tile("odd", Dim.index(0), "batch"))),
        "[partir:indivisible] Mlp.forward, parameter \"odd\", tactic \"Z3\": dimension 0 has size"
            + " 18, of which a device has 9, not divisible by mesh axis \"batch\" of size 4 (mesh"
            + " batch=4, model=2). Give axis \"batch\" a size that divides it, such as 3 or 9; or"
            + " shard dimension 1 (size 1024) instead; or pad it to 24. See"
            + " docs/errors/indivisible.md");
  }

  @Test
  void noDimensionIsDivisible() {
    Verification verification =
        verify(
            tactic(
                "Z3",
                Action.tile("prime", Dim.firstDivisible(), "batch"),
                Action.tile("scale", Dim.firstDivisible(), "batch"),
                Action.tile("open", Dim.named("rows"), "batch")));
    assertFindings(
        verification,
        "[partir:indivisible] Mlp.forward, parameter \"prime\", tactic \"Z3\": none of its"
            + " dimensions (7) is divisible by mesh axis \"batch\" of size 4 (mesh batch=4,"
            + " model=2). Leave it to propagation, or replicate it. See docs/errors/indivisible.md",
        "[partir:indivisible] Mlp.forward, parameter \"scale\", tactic \"Z3\": it is a scalar, with"
            + " no dimension to divide by mesh axis \"batch\" of size 4 (mesh batch=4, model=2)."
            + " Leave it to propagation, or replicate it. See docs/errors/indivisible.md",
        "[partir:indivisible] Mlp.forward, parameter \"open\", tactic \"Z3\": dimension \"rows\""
            + " has no fixed size. Give the program a fixed size there. See"
            + " docs/errors/indivisible.md");
  }

  @Test
  void shardAgainstReplicate() {
    Verification verification =
        verify(
            tactic(
                "MP",
                Action.tile("up", Dim.named("hidden"), "model"),
                Action.replicate("up", "model"),
                Action.replicate("up", "batch")),
            tactic("Z3", Action.tile("up", Dim.named("embed"), "batch")));
    assertFindings(
        verification,
        "[partir:shard-and-replicate] Mlp.forward, parameter \"up\", tactic \"MP\": it is both"
            + " sharded and replicated along axis \"model\". Keep one of the two, or give them"
            + " different axes. See docs/errors/shard-and-replicate.md",
        "[partir:shard-and-replicate] Mlp.forward, parameter \"up\", tactic \"Z3\": tactic \"MP\""
            + " already replicates it along axis \"batch\". Keep one of the two, or give them"
            + " different axes. See docs/errors/shard-and-replicate.md");
    assertThat(sites(verification))
        .containsExactly(new Site.OfAction(0, 1, Part.AXIS), new Site.OfAction(1, 0, Part.AXIS))
        .inOrder();
  }

  @Test
  void replicatingTwiceSaysNothingNew() {
    Verification verification =
        verify(tactic("MP", Action.replicate("up", "model"), Action.replicate("u*", "model")));
    assertFindings(verification);
    assertThat(verification.orThrow().get(0).actions()).hasSize(1);
  }

  @Test
  void emptyTactic() {
    Verification verification =
        verify(tactic("BP"), tactic("MP", Action.tile("x", Dim.unknown(), "model")));
    assertFindings(
        verification,
        "[partir:empty-tactic] Mlp.forward, tactic \"BP\": it shards nothing. Let it shard or"
            + " replicate a value, or leave it out of the schedule. See"
            + " docs/errors/empty-tactic.md",
        "[partir:empty-tactic] Mlp.forward, tactic \"MP\": it shards nothing. Let it shard or"
            + " replicate a value, or leave it out of the schedule. See"
            + " docs/errors/empty-tactic.md");
    assertThat(sites(verification)).containsExactly(new Site.OfTactic(0), new Site.OfTactic(1));
  }

  @Test
  void tacticNames() {
    Action action = Action.tile("x", Dim.index(0), "batch");
    Action other = Action.tile("x", Dim.index(1), "model");
    Action third = Action.tile("up", Dim.index(1), "model");
    assertFindings(
        verify(tactic("BP", action), tactic("BP", other), tactic(" ", third)),
        "[partir:invalid-tactic] Mlp.forward: tactics 0 and 1 are both named \"BP\". Give every"
            + " tactic its own name. See docs/errors/invalid-tactic.md",
        "[partir:invalid-tactic] Mlp.forward: tactic 2 has no name. Name every tactic, for example"
            + " \"BP\". See docs/errors/invalid-tactic.md");
  }

  @Test
  void severalFindingsInOnePassAndNoConsequences() {
    Verification verification =
        verify(
            tactic(
                "BP",
                Action.tile("x", Dim.named("row"), "bacth"),
                Action.tile("nothing", Dim.index(0), "batch"),
                Action.tile("odd", Dim.index(0), "batch")));
    assertThat(verification.diagnostics().stream().map(d -> d.code().id()).toList())
        .containsExactly("unknown-axis", "unknown-dimension", "unknown-value", "indivisible")
        .inOrder();
  }

  @Test
  void aPatternThatFailsForManyFailsOnce() {
    assertThat(verify(tactic("BP", Action.tile("*", Dim.named("rowz"), "batch"))).findings())
        .hasSize(1);
  }

  @Test
  void findingsThatShareAPlaceAreOne() {
    Verification verification =
        verify(
            tactic(
                "BP",
                Action.tile("x", Dim.index(0), "bacth"),
                Action.tile("up", Dim.index(0), "bacth")));
    assertThat(verification.findings()).hasSize(2);
    assertThat(Finding.distinct(verification.findings(), site -> "the axis of tactic 0"))
        .hasSize(1);
  }
}
