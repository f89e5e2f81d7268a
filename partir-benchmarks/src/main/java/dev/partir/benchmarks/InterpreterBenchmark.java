package dev.partir.benchmarks;

import dev.partir.array.Arithmetic;
import dev.partir.array.HostArray;
import dev.partir.interp.Interpreter;
import dev.partir.interp.SeededArrays;
import dev.partir.ir.Module;
import dev.partir.text.MlirParser;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long the interpreter takes for what models are made of. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class InterpreterBenchmark {
  /** What is run. */
  public enum Program {
    /** A product of two matrices of f32: 0.27 GFLOP. */
    DOT(
        """
        func.func @main(%x: tensor<512x512xf32>, %y: tensor<512x512xf32>) -> tensor<512x512xf32> {
          %0 = stablehlo.dot_general %x, %y, contracting_dims = [1] x [0]
              : (tensor<512x512xf32>, tensor<512x512xf32>) -> tensor<512x512xf32>
          return %0 : tensor<512x512xf32>
        }
        """),

    /** The same of bf16, which is converted and rounded. */
    DOT_BF16(
        """
        func.func @main(%x: tensor<512x512xbf16>, %y: tensor<512x512xbf16>)
            -> tensor<512x512xbf16> {
          %0 = stablehlo.dot_general %x, %y, contracting_dims = [1] x [0]
              : (tensor<512x512xbf16>, tensor<512x512xbf16>) -> tensor<512x512xbf16>
          return %0 : tensor<512x512xbf16>
        }
        """),

    /** A chain of five elementwise operations on a million elements. */
    ELEMENTWISE(
        """
        func.func @main(%x: tensor<1024x1024xf32>, %y: tensor<1024x1024xf32>)
            -> tensor<1024x1024xf32> {
          %0 = stablehlo.multiply %x, %y : tensor<1024x1024xf32>
          %1 = stablehlo.add %0, %x : tensor<1024x1024xf32>
          %2 = stablehlo.logistic %1 : tensor<1024x1024xf32>
          %3 = stablehlo.multiply %2, %1 : tensor<1024x1024xf32>
          %4 = stablehlo.maximum %3, %y : tensor<1024x1024xf32>
          return %4 : tensor<1024x1024xf32>
        }
        """),

    /** A softmax over the last dimension, as of attention weights. */
    SOFTMAX(
        """
        func.func @main(%x: tensor<64x128x128xf32>) -> tensor<64x128x128xf32> {
          %least = stablehlo.constant dense<0xFF800000> : tensor<f32>
          %zero = stablehlo.constant dense<0.0> : tensor<f32>
          %0 = stablehlo.reduce(%x init: %least) applies stablehlo.maximum
              across dimensions = [2] : (tensor<64x128x128xf32>, tensor<f32>) -> tensor<64x128xf32>
          %1 = stablehlo.broadcast_in_dim %0, dims = [0, 1]
              : (tensor<64x128xf32>) -> tensor<64x128x128xf32>
          %2 = stablehlo.subtract %x, %1 : tensor<64x128x128xf32>
          %3 = stablehlo.exponential %2 : tensor<64x128x128xf32>
          %4 = stablehlo.reduce(%3 init: %zero) applies stablehlo.add
              across dimensions = [2] : (tensor<64x128x128xf32>, tensor<f32>) -> tensor<64x128xf32>
          %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1]
              : (tensor<64x128xf32>) -> tensor<64x128x128xf32>
          %6 = stablehlo.divide %3, %5 : tensor<64x128x128xf32>
          return %6 : tensor<64x128x128xf32>
        }
        """),

    /** A convolution of the third stage of ResNet-50: 0.23 GFLOP. */
    CONVOLUTION(
        """
        func.func @main(%x: tensor<1x28x28x128xf32>, %k: tensor<3x3x128x128xf32>)
            -> tensor<1x28x28x128xf32> {
          %0 = stablehlo.convolution(%x, %k)
              dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
              window = {pad = [[1, 1], [1, 1]]}
              {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
              : (tensor<1x28x28x128xf32>, tensor<3x3x128x128xf32>) -> tensor<1x28x28x128xf32>
          return %0 : tensor<1x28x28x128xf32>
        }
        """),

    /** A transposition of the last two dimensions of two million elements. */
    TRANSPOSE(
        """
        func.func @main(%x: tensor<8x512x512xf32>) -> tensor<8x512x512xf32> {
          %0 = stablehlo.transpose %x, dims = [0, 2, 1]
              : (tensor<8x512x512xf32>) -> tensor<8x512x512xf32>
          return %0 : tensor<8x512x512xf32>
        }
        """);

    private final String text;

    Program(String text) {
      this.text = text;
    }
  }

  /** What is run. */
  @Param public Program program = Program.DOT;

  /** With what rounding. */
  @Param public Arithmetic arithmetic = Arithmetic.EXACT;

  private Module module = MlirParser.parse("benchmark.mlir", Program.DOT.text);
  private List<HostArray> arguments = List.of();

  @Setup
  public void prepare() {
    module = MlirParser.parse("benchmark.mlir", program.text);
    arguments = SeededArrays.forArguments(module.main(), 0);
  }

  @Benchmark
  public List<HostArray> run() {
    return Interpreter.run(module, module.main(), arguments, arithmetic);
  }
}
