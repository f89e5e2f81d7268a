#loc = loc(unknown)
#shard = #sdy.sharding<@mesh, [{"x"}, {}]>
!f = tensor<2xf32>
module @m attributes {mhlo.num_partitions = 1 : i32, a.b = "x\22y\n\00\FF", a.c, d.e = {k = [1, 2.5, "s"], l = array<i32: 1, -2>, m = affine_map<(d0) -> (d0 + 1)>, t = i32, u = tensor<2xf32>, v = [dense<[1, 0]> : tensor<2xindex>], w = 3 : index, x = #shard, z = (i32) -> i32}} {
  sdy.mesh @mesh = <["x"=2, "y"=4]> loc(#loc1)
  func.func public @main(%arg0: !f loc("params['w']"), %arg1: tensor<2xf32> {mhlo.sharding = "{replicated}", sdy.sharding = #shard} loc("x"(#loc3))) -> (tensor<2xf32> {jax.result_info = ""}) {
    %0:2 = call @two(%arg0) : (tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) loc(#loc4)
    %1 = stablehlo.add %0#0, %0#1 {mhlo.frontend_attributes = {a = "b"}} : tensor<2xf32> loc(callsite(#loc4 at #loc2))
    %cst = stablehlo.constant dense<0x7F800000> : tensor<2xf32> loc(fused[#loc1, #loc4])
    %cst_0 = stablehlo.constant dense<[0xFF800000, -1.0e-5]> : tensor<2xf32>
    %c = "stablehlo.constant"() <{value = dense<(1.0, -2.5)> : tensor<complex<f32>>}> : () -> tensor<complex<f32>>
    %cst9 = stablehlo.constant dense<0.1> : tensor<f32>
    %e = stablehlo.constant dense<> : tensor<0x2xf32>
    %r = stablehlo.constant dense_resource<w> : tensor<2xf32>
    %r2 = stablehlo.constant dense_resource<__elided__> : tensor<2xf32>
    %s:2 = stablehlo.reduce(%1 init: %cst9), (%1 init: %cst9) across dimensions = [0] : (tensor<2xf32>, tensor<2xf32>, tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
     reducer(%a: tensor<f32>, %b: tensor<f32>) (%d: tensor<f32>, %f: tensor<f32>) {
      %x = stablehlo.add %a, %b : tensor<f32>
      stablehlo.return %x, %x : tensor<f32>, tensor<f32>
    }
    return %1 : tensor<2xf32> loc(#loc)
  } loc(#loc)
  func.func private @two(%arg0: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) { return %arg0, %arg0 : tensor<2xf32>, tensor<2xf32> }
} loc(#loc)
#loc1 = loc("file.py":1:2)
#loc2 = loc("file.py":1:2 to :3)
#loc3 = loc("f"(#loc1))
#loc4 = loc("jit(f)/call"(#loc3))
{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F00000040"
    }
  }
#-}
