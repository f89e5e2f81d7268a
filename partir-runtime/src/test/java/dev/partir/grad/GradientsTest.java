package dev.partir.grad;

import dev.partir.dsl.*;
import dev.partir.ir.*;
import dev.partir.ir.Module;
import dev.partir.text.MlirPrinter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GradientsTest {
  @Test
  void prints() {
    var x = new Tracer.Input("x", TensorType.of(ElementType.F32, 8, 4));
    var w = new Tracer.Input("w", TensorType.of(ElementType.F32, 4, 6));
    var b = new Tracer.Input("b", TensorType.of(ElementType.F32, 6));
    var v = new Tracer.Input("v", TensorType.of(ElementType.F32, 6, 3));
    Module m =
        Tracer.trace(
            "mlp",
            List.of(x, w, b, v),
            in -> {
              Tensor h =
                  Gradients.checkpoint(
                          List.of(in.get(0), in.get(1)),
                          q -> List.of(q.get(0).matmul(q.get(1)).plus(in.get(2)).named("z").tanh()))
                      .get(0);
              Tensor loss =
                  h.matmul(in.get(3))
                      .softmax(-1)
                      .log()
                      .stopGradient()
                      .plus(h.sum(1).reshape(8, 1))
                      .mean();
              return Gradients.of(loss, in.subList(1, 4));
            });
    System.out.println(MlirPrinter.print(m));
  }
}
