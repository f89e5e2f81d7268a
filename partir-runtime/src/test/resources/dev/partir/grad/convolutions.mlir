module @jit_convolutions attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<2x6x6x2xf64>, %arg1: tensor<3x3x2x4xf64>, %arg2: tensor<2x2x2x4xf64>, %arg3: tensor<4x3xf64>) -> (tensor<f64> {jax.result_info = "result"}) {
    %0 = stablehlo.convolution(%arg0, %arg1) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<2x6x6x2xf64>, tensor<3x3x2x4xf64>) -> tensor<2x6x6x4xf64>
    %1 = stablehlo.multiply %0, %0 : tensor<2x6x6x4xf64>
    %2 = stablehlo.multiply %1, %0 : tensor<2x6x6x4xf64>
    %cst = stablehlo.constant dense<4.471500e-02> : tensor<f64>
    %3 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f64>) -> tensor<2x6x6x4xf64>
    %4 = stablehlo.multiply %3, %2 : tensor<2x6x6x4xf64>
    %5 = stablehlo.add %0, %4 : tensor<2x6x6x4xf64>
    %cst_0 = stablehlo.constant dense<0.79788456080286541> : tensor<f64>
    %6 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f64>) -> tensor<2x6x6x4xf64>
    %7 = stablehlo.multiply %6, %5 : tensor<2x6x6x4xf64>
    %8 = stablehlo.tanh %7 : tensor<2x6x6x4xf64>
    %cst_1 = stablehlo.constant dense<1.000000e+00> : tensor<f64>
    %9 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f64>) -> tensor<2x6x6x4xf64>
    %10 = stablehlo.add %9, %8 : tensor<2x6x6x4xf64>
    %cst_2 = stablehlo.constant dense<5.000000e-01> : tensor<f64>
    %11 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f64>) -> tensor<2x6x6x4xf64>
    %12 = stablehlo.multiply %11, %10 : tensor<2x6x6x4xf64>
    %13 = stablehlo.multiply %0, %12 : tensor<2x6x6x4xf64>
    %cst_3 = stablehlo.constant dense<0xFFF0000000000000> : tensor<f64>
    %14 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f64>) -> tensor<f64>
    %15 = "stablehlo.reduce_window"(%13, %14) <{base_dilations = array<i64: 1, 1, 1, 1>, padding = dense<0> : tensor<4x2xi64>, window_dilations = array<i64: 1, 1, 1, 1>, window_dimensions = array<i64: 1, 2, 2, 1>, window_strides = array<i64: 1, 2, 2, 1>}> ({
    ^bb0(%arg4: tensor<f64>, %arg5: tensor<f64>):
      %25 = stablehlo.maximum %arg4, %arg5 : tensor<f64>
      stablehlo.return %25 : tensor<f64>
    }) : (tensor<2x6x6x4xf64>, tensor<f64>) -> tensor<2x3x3x4xf64>
    %16 = stablehlo.convolution(%15, %arg2) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 1], pad = [[1, 0], [2, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 2], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 2 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<2x3x3x4xf64>, tensor<2x2x2x4xf64>) -> tensor<2x2x4x4xf64>
    %cst_4 = stablehlo.constant dense<0.000000e+00> : tensor<f64>
    %17 = stablehlo.reduce(%16 init: %cst_4) applies stablehlo.add across dimensions = [1, 2] : (tensor<2x2x4x4xf64>, tensor<f64>) -> tensor<2x4xf64>
    %cst_5 = stablehlo.constant dense<8.000000e+00> : tensor<f64>
    %18 = stablehlo.broadcast_in_dim %cst_5, dims = [] : (tensor<f64>) -> tensor<2x4xf64>
    %19 = stablehlo.divide %17, %18 : tensor<2x4xf64>
    %20 = stablehlo.dot_general %19, %arg3, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x4xf64>, tensor<4x3xf64>) -> tensor<2x3xf64>
    %21 = stablehlo.tanh %20 : tensor<2x3xf64>
    %22 = stablehlo.multiply %21, %21 : tensor<2x3xf64>
    %23 = stablehlo.multiply %22, %21 : tensor<2x3xf64>
    %cst_6 = stablehlo.constant dense<0.000000e+00> : tensor<f64>
    %24 = stablehlo.reduce(%23 init: %cst_6) applies stablehlo.add across dimensions = [0, 1] : (tensor<2x3xf64>, tensor<f64>) -> tensor<f64>
    return %24 : tensor<f64>
  }
}
