// Two layers: what the guide to partitioning works with.
func.func public @main(%x: tensor<32x16xf32>, %up: tensor<16x64xf32>, %down: tensor<64x16xf32>) -> tensor<32x16xf32> {
  %h = stablehlo.dot_general %x, %up, contracting_dims = [1] x [0] : (tensor<32x16xf32>, tensor<16x64xf32>) -> tensor<32x64xf32>
  %a = stablehlo.tanh %h : tensor<32x64xf32>
  %y = stablehlo.dot_general %a, %down, contracting_dims = [1] x [0] : (tensor<32x64xf32>, tensor<64x16xf32>) -> tensor<32x16xf32>
  return %y : tensor<32x16xf32>
}
