package dev.partir.interp;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.array.HostArray;
import dev.partir.ir.Block;
import dev.partir.ir.ElementType;
import dev.partir.ir.Function;
import dev.partir.ir.TensorType;
import dev.partir.op.Evaluation;
import dev.partir.op.Process;
import dev.partir.op.ProcessGrid;
import dev.partir.text.MlirParser;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a frame holds while the blocks of a function run. */
final class FunctionCodeTest {
  private static final Function FUNCTION =
      MlirParser.parse(
              "t.mlir",
              """
              func.func @main(%a: tensor<i32>, %p: tensor<i1>) -> tensor<i32> {
                %r = stablehlo.while(%i = %a) : tensor<i32>
                cond {
                  stablehlo.return %p : tensor<i1>
                } do {
                  %x = stablehlo.add %i, %a : tensor<i32>
                  %y = stablehlo.add %x, %x : tensor<i32>
                  %z = stablehlo.add %y, %a : tensor<i32>
                  stablehlo.return %z : tensor<i32>
                }
                return %r : tensor<i32>
              }
              """)
          .main();

  /** No operation here asks for anything. */
  private static final Evaluation NOTHING =
      new Evaluation() {
        @Override
        public List<HostArray> run(dev.partir.ir.Region region, List<HostArray> arguments) {
          throw new UnsupportedOperationException();
        }

        @Override
        public List<HostArray> call(String function, List<HostArray> arguments) {
          throw new UnsupportedOperationException();
        }

        @Override
        public List<List<HostArray>> runParallel(
            ProcessGrid grid,
            List<String> functions,
            List<HostArray> arguments,
            List<List<HostArray>> infeed) {
          throw new UnsupportedOperationException();
        }

        @Override
        public java.util.SplittableRandom random() {
          throw new UnsupportedOperationException();
        }

        @Override
        public Process process() {
          return Process.Alone.INSTANCE;
        }
      };

  private static long held(HostArray[] frame) {
    return java.util.Arrays.stream(frame).filter(java.util.Objects::nonNull).count();
  }

  @Test
  void anIterationLeavesNothingInTheFrame() {
    FunctionCode code = new FunctionCode(FUNCTION, true);
    HostArray[] frame = new HostArray[code.slotCount()];
    code.of(FUNCTION.body())
        .enter(
            frame,
            List.of(
                HostArray.scalar(ElementType.I32, 5),
                HostArray.of(TensorType.of(ElementType.I1), 1)));
    Block body = FUNCTION.body().operations().get(0).regions().get(1).block();
    BlockCode iteration = code.of(body);
    iteration.enter(frame, List.of(HostArray.scalar(ElementType.I32, 1)));
    long[] heldAfter = new long[iteration.size()];
    for (int i = 0; i < iteration.size(); i++) {
      iteration.run(i, frame, NOTHING);
      heldAfter[i] = held(frame);
    }
    // The two arguments of the function, and the one value that is still to be used.
    assertThat(heldAfter).isEqualTo(new long[] {3, 3, 3});
    assertThat(iteration.leave(frame).get(0).ints()).isEqualTo(new int[] {17});
    assertThat(held(frame)).isEqualTo(2);
  }
}
