module @jit_attention attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<2x4x6xf64>, %arg1: tensor<6x6xf64>, %arg2: tensor<6x6xf64>, %arg3: tensor<6x6xf64>, %arg4: tensor<6x6xf64>, %arg5: tensor<6xf64>) -> (tensor<f64> {jax.result_info = "result"}) {
    %0 = stablehlo.multiply %arg0, %arg0 : tensor<2x4x6xf64>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f64>
    %1 = stablehlo.reduce(%0 init: %cst) applies stablehlo.add across dimensions = [2] : (tensor<2x4x6xf64>, tensor<f64>) -> tensor<2x4xf64>
    %2 = stablehlo.broadcast_in_dim %1, dims = [0, 1] : (tensor<2x4xf64>) -> tensor<2x4x1xf64>
    %cst_0 = stablehlo.constant dense<6.000000e+00> : tensor<f64>
    %3 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f64>) -> tensor<2x4x1xf64>
    %4 = stablehlo.divide %2, %3 : tensor<2x4x1xf64>
    %cst_1 = stablehlo.constant dense<9.9999999999999995E-7> : tensor<f64>
    %5 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f64>) -> tensor<2x4x1xf64>
    %6 = stablehlo.add %4, %5 : tensor<2x4x1xf64>
    %7 = stablehlo.sqrt %6 : tensor<2x4x1xf64>
    %8 = stablehlo.broadcast_in_dim %7, dims = [0, 1, 2] : (tensor<2x4x1xf64>) -> tensor<2x4x6xf64>
    %9 = stablehlo.divide %arg0, %8 : tensor<2x4x6xf64>
    %10 = stablehlo.broadcast_in_dim %arg5, dims = [2] : (tensor<6xf64>) -> tensor<1x1x6xf64>
    %11 = stablehlo.broadcast_in_dim %10, dims = [0, 1, 2] : (tensor<1x1x6xf64>) -> tensor<2x4x6xf64>
    %12 = stablehlo.multiply %9, %11 : tensor<2x4x6xf64>
    %13 = stablehlo.dot_general %12, %arg1, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x4x6xf64>, tensor<6x6xf64>) -> tensor<2x4x6xf64>
    %14 = stablehlo.reshape %13 : (tensor<2x4x6xf64>) -> tensor<2x4x2x3xf64>
    %15 = stablehlo.transpose %14, dims = [0, 2, 1, 3] : (tensor<2x4x2x3xf64>) -> tensor<2x2x4x3xf64>
    %16 = stablehlo.dot_general %12, %arg2, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x4x6xf64>, tensor<6x6xf64>) -> tensor<2x4x6xf64>
    %17 = stablehlo.reshape %16 : (tensor<2x4x6xf64>) -> tensor<2x4x2x3xf64>
    %18 = stablehlo.transpose %17, dims = [0, 2, 1, 3] : (tensor<2x4x2x3xf64>) -> tensor<2x2x4x3xf64>
    %19 = stablehlo.dot_general %12, %arg3, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x4x6xf64>, tensor<6x6xf64>) -> tensor<2x4x6xf64>
    %20 = stablehlo.reshape %19 : (tensor<2x4x6xf64>) -> tensor<2x4x2x3xf64>
    %21 = stablehlo.transpose %20, dims = [0, 2, 1, 3] : (tensor<2x4x2x3xf64>) -> tensor<2x2x4x3xf64>
    %22 = stablehlo.dot_general %15, %18, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [3], precision = [DEFAULT, DEFAULT] : (tensor<2x2x4x3xf64>, tensor<2x2x4x3xf64>) -> tensor<2x2x4x4xf64>
    %cst_2 = stablehlo.constant dense<3.000000e+00> : tensor<f64>
    %23 = stablehlo.sqrt %cst_2 : tensor<f64>
    %24 = stablehlo.convert %23 : tensor<f64>
    %25 = stablehlo.broadcast_in_dim %24, dims = [] : (tensor<f64>) -> tensor<2x2x4x4xf64>
    %26 = stablehlo.divide %22, %25 : tensor<2x2x4x4xf64>
    %c = stablehlo.constant dense<true> : tensor<i1>
    %27 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i1>) -> tensor<4x4xi1>
    %28 = call @tril(%27) : (tensor<4x4xi1>) -> tensor<4x4xi1>
    %cst_3 = stablehlo.constant dense<-1.000000e+09> : tensor<f64>
    %29 = call @_where(%28, %26, %cst_3) : (tensor<4x4xi1>, tensor<2x2x4x4xf64>, tensor<f64>) -> tensor<2x2x4x4xf64>
    %cst_4 = stablehlo.constant dense<0xFFF0000000000000> : tensor<f64>
    %30 = stablehlo.reduce(%29 init: %cst_4) applies stablehlo.maximum across dimensions = [3] : (tensor<2x2x4x4xf64>, tensor<f64>) -> tensor<2x2x4xf64>
    %cst_5 = stablehlo.constant dense<0xFFF0000000000000> : tensor<f64>
    %31 = stablehlo.broadcast_in_dim %cst_5, dims = [] : (tensor<f64>) -> tensor<2x2x4xf64>
    %32 = stablehlo.maximum %31, %30 : tensor<2x2x4xf64>
    %33 = stablehlo.broadcast_in_dim %32, dims = [0, 1, 2] : (tensor<2x2x4xf64>) -> tensor<2x2x4x1xf64>
    %34 = stablehlo.broadcast_in_dim %33, dims = [0, 1, 2, 3] : (tensor<2x2x4x1xf64>) -> tensor<2x2x4x4xf64>
    %35 = stablehlo.subtract %29, %34 : tensor<2x2x4x4xf64>
    %36 = stablehlo.exponential %35 : tensor<2x2x4x4xf64>
    %cst_6 = stablehlo.constant dense<0.000000e+00> : tensor<f64>
    %37 = stablehlo.reduce(%36 init: %cst_6) applies stablehlo.add across dimensions = [3] : (tensor<2x2x4x4xf64>, tensor<f64>) -> tensor<2x2x4xf64>
    %38 = stablehlo.broadcast_in_dim %37, dims = [0, 1, 2] : (tensor<2x2x4xf64>) -> tensor<2x2x4x1xf64>
    %39 = stablehlo.broadcast_in_dim %38, dims = [0, 1, 2, 3] : (tensor<2x2x4x1xf64>) -> tensor<2x2x4x4xf64>
    %40 = stablehlo.divide %36, %39 : tensor<2x2x4x4xf64>
    %41 = stablehlo.dot_general %40, %21, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2], precision = [DEFAULT, DEFAULT] : (tensor<2x2x4x4xf64>, tensor<2x2x4x3xf64>) -> tensor<2x2x4x3xf64>
    %42 = stablehlo.transpose %41, dims = [0, 2, 1, 3] : (tensor<2x2x4x3xf64>) -> tensor<2x4x2x3xf64>
    %43 = stablehlo.reshape %42 : (tensor<2x4x2x3xf64>) -> tensor<2x4x6xf64>
    %44 = stablehlo.dot_general %43, %arg4, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x4x6xf64>, tensor<6x6xf64>) -> tensor<2x4x6xf64>
    %45 = stablehlo.add %arg0, %44 : tensor<2x4x6xf64>
    %46 = call @log_softmax(%45) : (tensor<2x4x6xf64>) -> tensor<2x4x6xf64>
    %47 = stablehlo.slice %46 [0:2, 0:4, 0:1] : (tensor<2x4x6xf64>) -> tensor<2x4x1xf64>
    %48 = stablehlo.reshape %47 : (tensor<2x4x1xf64>) -> tensor<2x4xf64>
    %cst_7 = stablehlo.constant dense<0.000000e+00> : tensor<f64>
    %49 = stablehlo.reduce(%48 init: %cst_7) applies stablehlo.add across dimensions = [0, 1] : (tensor<2x4xf64>, tensor<f64>) -> tensor<f64>
    %50 = stablehlo.negate %49 : tensor<f64>
    return %50 : tensor<f64>
  }
  func.func private @tril(%arg0: tensor<4x4xi1>) -> tensor<4x4xi1> {
    %0 = stablehlo.iota dim = 0 : tensor<4x4xi64>
    %c = stablehlo.constant dense<0> : tensor<i64>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i64>) -> tensor<4x4xi64>
    %2 = stablehlo.add %0, %1 : tensor<4x4xi64>
    %3 = stablehlo.iota dim = 1 : tensor<4x4xi64>
    %4 = stablehlo.compare GE, %2, %3, SIGNED : (tensor<4x4xi64>, tensor<4x4xi64>) -> tensor<4x4xi1>
    %c_0 = stablehlo.constant dense<false> : tensor<i1>
    %5 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i1>) -> tensor<4x4xi1>
    %6 = stablehlo.select %4, %arg0, %5 : tensor<4x4xi1>, tensor<4x4xi1>
    return %6 : tensor<4x4xi1>
  }
  func.func private @_where(%arg0: tensor<4x4xi1>, %arg1: tensor<2x2x4x4xf64>, %arg2: tensor<f64>) -> tensor<2x2x4x4xf64> {
    %0 = stablehlo.convert %arg2 : tensor<f64>
    %1 = stablehlo.broadcast_in_dim %arg0, dims = [2, 3] : (tensor<4x4xi1>) -> tensor<2x2x4x4xi1>
    %2 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f64>) -> tensor<2x2x4x4xf64>
    %3 = stablehlo.select %1, %arg1, %2 : tensor<2x2x4x4xi1>, tensor<2x2x4x4xf64>
    return %3 : tensor<2x2x4x4xf64>
  }
  func.func private @log_softmax(%arg0: tensor<2x4x6xf64>) -> tensor<2x4x6xf64> {
    %cst = stablehlo.constant dense<0xFFF0000000000000> : tensor<f64>
    %0 = stablehlo.reduce(%arg0 init: %cst) applies stablehlo.maximum across dimensions = [2] : (tensor<2x4x6xf64>, tensor<f64>) -> tensor<2x4xf64>
    %cst_0 = stablehlo.constant dense<0xFFF0000000000000> : tensor<f64>
    %1 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f64>) -> tensor<2x4xf64>
    %2 = stablehlo.maximum %1, %0 : tensor<2x4xf64>
    %3 = stablehlo.broadcast_in_dim %2, dims = [0, 1] : (tensor<2x4xf64>) -> tensor<2x4x1xf64>
    %4 = stablehlo.broadcast_in_dim %3, dims = [0, 1, 2] : (tensor<2x4x1xf64>) -> tensor<2x4x6xf64>
    %5 = stablehlo.subtract %arg0, %4 : tensor<2x4x6xf64>
    %6 = stablehlo.exponential %5 : tensor<2x4x6xf64>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f64>
    %7 = stablehlo.reduce(%6 init: %cst_1) applies stablehlo.add across dimensions = [2] : (tensor<2x4x6xf64>, tensor<f64>) -> tensor<2x4xf64>
    %8 = stablehlo.broadcast_in_dim %7, dims = [0, 1] : (tensor<2x4xf64>) -> tensor<2x4x1xf64>
    %9 = stablehlo.log %8 : tensor<2x4x1xf64>
    %10 = stablehlo.broadcast_in_dim %9, dims = [0, 1, 2] : (tensor<2x4x1xf64>) -> tensor<2x4x6xf64>
    %11 = stablehlo.subtract %5, %10 : tensor<2x4x6xf64>
    return %11 : tensor<2x4x6xf64>
  }
}
