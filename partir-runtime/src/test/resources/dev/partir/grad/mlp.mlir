module @jit_mlp attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<4x3xf64>, %arg1: tensor<4x2xf64>, %arg2: tensor<3x5xf64>, %arg3: tensor<5xf64>, %arg4: tensor<5x2xf64>, %arg5: tensor<2xf64>) -> (tensor<f64> {jax.result_info = "result"}) {
    %0 = stablehlo.dot_general %arg0, %arg2, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<4x3xf64>, tensor<3x5xf64>) -> tensor<4x5xf64>
    %1 = stablehlo.broadcast_in_dim %arg3, dims = [1] : (tensor<5xf64>) -> tensor<1x5xf64>
    %2 = stablehlo.broadcast_in_dim %1, dims = [0, 1] : (tensor<1x5xf64>) -> tensor<4x5xf64>
    %3 = stablehlo.add %0, %2 : tensor<4x5xf64>
    %4 = call @relu(%3) : (tensor<4x5xf64>) -> tensor<4x5xf64>
    %5 = stablehlo.dot_general %4, %arg4, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<4x5xf64>, tensor<5x2xf64>) -> tensor<4x2xf64>
    %6 = stablehlo.broadcast_in_dim %arg5, dims = [1] : (tensor<2xf64>) -> tensor<1x2xf64>
    %7 = stablehlo.broadcast_in_dim %6, dims = [0, 1] : (tensor<1x2xf64>) -> tensor<4x2xf64>
    %8 = stablehlo.add %5, %7 : tensor<4x2xf64>
    %9 = stablehlo.subtract %8, %arg1 : tensor<4x2xf64>
    %10 = stablehlo.multiply %9, %9 : tensor<4x2xf64>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f64>
    %11 = stablehlo.reduce(%10 init: %cst) applies stablehlo.add across dimensions = [0, 1] : (tensor<4x2xf64>, tensor<f64>) -> tensor<f64>
    %cst_0 = stablehlo.constant dense<8.000000e+00> : tensor<f64>
    %12 = stablehlo.divide %11, %cst_0 : tensor<f64>
    return %12 : tensor<f64>
  }
  func.func private @relu(%arg0: tensor<4x5xf64>) -> tensor<4x5xf64> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f64>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f64>) -> tensor<4x5xf64>
    %1 = stablehlo.maximum %arg0, %0 : tensor<4x5xf64>
    return %1 : tensor<4x5xf64>
  }
}
