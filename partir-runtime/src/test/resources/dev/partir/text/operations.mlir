module @operations attributes {mhlo.num_partitions = 2 : i32, mhlo.num_replicas = 1 : i32} {
  sdy.mesh @mesh = <["a"=2, "b"=2, "c"=4]>
  func.func @collectives(%x: tensor<4x4xf32>, %y: tensor<8x2xf32>) -> tensor<4x4xf32> {
    %0 = "stablehlo.all_gather"(%x) <{all_gather_dim = 0 : i64, channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>, use_global_device_ids}> : (tensor<4x4xf32>) -> tensor<8x4xf32>
    %1 = "stablehlo.all_reduce"(%x) <{channel_handle = #stablehlo.channel_handle<handle = 2, type = 1>, replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %s = stablehlo.add %a, %b : tensor<f32>
      stablehlo.return %s : tensor<f32>
    }) : (tensor<4x4xf32>) -> tensor<4x4xf32>
    %2 = "stablehlo.all_to_all"(%x) <{concat_dimension = 0 : i64, replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>, split_count = 2 : i64, split_dimension = 1 : i64}> : (tensor<4x4xf32>) -> tensor<8x2xf32>
    %3 = "stablehlo.reduce_scatter"(%x) <{replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>, scatter_dimension = 1 : i64}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %s = stablehlo.maximum %a, %b : tensor<f32>
      stablehlo.return %s : tensor<f32>
    }) : (tensor<4x4xf32>) -> tensor<4x2xf32>
    %4 = "stablehlo.collective_permute"(%x) <{source_target_pairs = dense<[[0, 1], [1, 0]]> : tensor<2x2xi64>}> : (tensor<4x4xf32>) -> tensor<4x4xf32>
    %5 = "stablehlo.collective_broadcast"(%4) <{replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>}> : (tensor<4x4xf32>) -> tensor<4x4xf32>
    %6 = stablehlo.partition_id : tensor<ui32>
    %7 = stablehlo.replica_id : tensor<ui32>
    %8 = stablehlo.optimization_barrier %5 : tensor<4x4xf32>
    return %8 : tensor<4x4xf32>
  }
  func.func @control(%n: tensor<i32>, %p: tensor<i1>, %x: tensor<3xf32>) -> (tensor<i32>, tensor<3xf32>) {
    %0:2 = stablehlo.while(%i = %n, %acc = %x) : tensor<i32>, tensor<3xf32> attributes {a.b = 1 : i64}
     cond {
      %ten = stablehlo.constant dense<10> : tensor<i32>
      %c = stablehlo.compare LT, %i, %ten, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %c : tensor<i1>
    } do {
      %one = stablehlo.constant dense<1> : tensor<i32>
      %j = stablehlo.add %i, %one : tensor<i32>
      %t = stablehlo.multiply %acc, %acc : tensor<3xf32>
      stablehlo.return %j, %t : tensor<i32>, tensor<3xf32>
    }
    %1 = "stablehlo.if"(%p) ({
      stablehlo.return %0#1 : tensor<3xf32>
    }, {
      %m = stablehlo.negate %x : tensor<3xf32>
      stablehlo.return %m : tensor<3xf32>
    }) : (tensor<i1>) -> tensor<3xf32>
    %2 = "stablehlo.case"(%n) ({
      stablehlo.return %1 : tensor<3xf32>
    }, {
      stablehlo.return %x : tensor<3xf32>
    }) : (tensor<i32>) -> tensor<3xf32>
    %3 = "stablehlo.map"(%2, %x) <{dimensions = array<i64: 0>}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %q = stablehlo.power %a, %b : tensor<f32>
      stablehlo.return %q : tensor<f32>
    }) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %4 = stablehlo.composite "my.op" %3 {composite_attributes = {k = 1 : i32}, decomposition = @twice, version = 3 : i32} : (tensor<3xf32>) -> tensor<3xf32>
    return %0#0, %4 : tensor<i32>, tensor<3xf32>
  }
  func.func private @twice(%x: tensor<3xf32>) -> tensor<3xf32> {
    %0 = stablehlo.add %x, %x : tensor<3xf32>
    return %0 : tensor<3xf32>
  }
  func.func @windows(%x: tensor<1x4x4x2xf32>, %k: tensor<2x2x2x3xf32>, %z: tensor<f32>) -> tensor<1x2x2x2xf32> {
    %0 = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 1], [1, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, true]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision HIGHEST>]} : (tensor<1x4x4x2xf32>, tensor<2x2x2x3xf32>) -> tensor<1x4x4x3xf32>
    %1 = "stablehlo.reduce_window"(%x, %z) <{window_dimensions = array<i64: 1, 2, 2, 1>, window_strides = array<i64: 1, 2, 2, 1>, padding = dense<0> : tensor<4x2xi64>}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %s = stablehlo.maximum %a, %b : tensor<f32>
      stablehlo.return %s : tensor<f32>
    }) : (tensor<1x4x4x2xf32>, tensor<f32>) -> tensor<1x2x2x2xf32>
    %2 = "stablehlo.select_and_scatter"(%x, %1, %z) <{window_dimensions = array<i64: 1, 2, 2, 1>, window_strides = array<i64: 1, 2, 2, 1>}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %s = stablehlo.compare GE, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %s : tensor<i1>
    }, {
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %s = stablehlo.add %a, %b : tensor<f32>
      stablehlo.return %s : tensor<f32>
    }) : (tensor<1x4x4x2xf32>, tensor<1x2x2x2xf32>, tensor<f32>) -> tensor<1x4x4x2xf32>
    return %1 : tensor<1x2x2x2xf32>
  }
  func.func @indices(%x: tensor<4x6xf32>, %i: tensor<3x1xi32>, %u: tensor<3x6xf32>, %s: tensor<i64>, %z: tensor<f32>) -> tensor<4x6xf32> {
    %0 = "stablehlo.scatter"(%x, %i, %u) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = true}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %t = stablehlo.add %a, %b : tensor<f32>
      stablehlo.return %t : tensor<f32>
    }) : (tensor<4x6xf32>, tensor<3x1xi32>, tensor<3x6xf32>) -> tensor<4x6xf32>
    %1 = "stablehlo.gather"(%0, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1, 6>}> : (tensor<4x6xf32>, tensor<3x1xi32>) -> tensor<3x6xf32>
    %2 = stablehlo.dynamic_slice %0, %s, %s, sizes = [2, 3] : (tensor<4x6xf32>, tensor<i64>, tensor<i64>) -> tensor<2x3xf32>
    %3 = stablehlo.dynamic_update_slice %0, %2, %s, %s : (tensor<4x6xf32>, tensor<2x3xf32>, tensor<i64>, tensor<i64>) -> tensor<4x6xf32>
    %4:2 = "stablehlo.sort"(%x, %x) <{dimension = 1 : i64, is_stable = true}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>, %c: tensor<f32>, %d: tensor<f32>):
      %t = stablehlo.compare LT, %a, %b, TOTALORDER : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %t : tensor<i1>
    }) : (tensor<4x6xf32>, tensor<4x6xf32>) -> (tensor<4x6xf32>, tensor<4x6xf32>)
    %5 = "stablehlo.torch_index_select"(%x, %i) <{batch_dims = 0 : i64, dim = 0 : i64}> : (tensor<4x6xf32>, tensor<3x1xi32>) -> tensor<3x1x6xf32>
    %6 = stablehlo.pad %x, %z, low = [0, -1], high = [2, 0], interior = [1, 0] : (tensor<4x6xf32>, tensor<f32>) -> tensor<9x5xf32>
    %7:2 = chlo.top_k(%x, k = 2) : tensor<4x6xf32> -> (tensor<4x2xf32>, tensor<4x2xi32>)
    return %3 : tensor<4x6xf32>
  }
  func.func @algebra(%a: tensor<2x3x3xf32>, %b: tensor<2x3x1xf32>, %c: tensor<4xcomplex<f32>>, %v: tensor<3xf32>, %w: tensor<3xf32>, %lhs: tensor<4x3xf32>, %rhs: tensor<2x3x5xf32>, %sizes: tensor<2xi64>) -> tensor<2x3x1xf32> {
    %0 = stablehlo.cholesky %a, lower = true : tensor<2x3x3xf32>
    %1 = "stablehlo.triangular_solve"(%0, %b) <{left_side = true, lower = true, transpose_a = #stablehlo<transpose NO_TRANSPOSE>, unit_diagonal = false}> : (tensor<2x3x3xf32>, tensor<2x3x1xf32>) -> tensor<2x3x1xf32>
    %2 = stablehlo.fft %c, type = FFT, length = [4] : (tensor<4xcomplex<f32>>) -> tensor<4xcomplex<f32>>
    %3 = stablehlo.dot %v, %w, precision = [DEFAULT, HIGH] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
    %4 = stablehlo.dot_general %a, %b, batching_dims = [0] x [0], contracting_dims = [2] x [1], precision = [DEFAULT, DEFAULT], algorithm = <lhs_precision_type = f32, rhs_precision_type = f32, accumulation_type = f32, lhs_component_count = 1, rhs_component_count = 1, num_primitive_operations = 1, allow_imprecise_accumulation = false> : (tensor<2x3x3xf32>, tensor<2x3x1xf32>) -> tensor<2x3x1xf32>
    %5 = "stablehlo.einsum"(%v, %w) <{einsum_config = "i,i->"}> : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
    %6 = "stablehlo.unary_einsum"(%v) <{einsum_config = "i->"}> : (tensor<3xf32>) -> tensor<f32>
    %7 = "stablehlo.batch_norm_inference"(%a, %v, %v, %v, %w) <{epsilon = 1.0e-5 : f32, feature_index = 2 : i64}> : (tensor<2x3x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3x3xf32>
    %8:3 = "stablehlo.batch_norm_training"(%a, %v, %w) <{epsilon = 1.0e-5 : f32, feature_index = 2 : i64}> : (tensor<2x3x3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<2x3x3xf32>, tensor<3xf32>, tensor<3xf32>)
    %9:3 = "stablehlo.batch_norm_grad"(%a, %v, %v, %w, %a) <{epsilon = 1.0e-5 : f32, feature_index = 2 : i64}> : (tensor<2x3x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<2x3x3xf32>) -> (tensor<2x3x3xf32>, tensor<3xf32>, tensor<3xf32>)
    %10 = chlo.polygamma %v, %w : tensor<3xf32>, tensor<3xf32> -> tensor<3xf32>
    %11 = chlo.is_inf %v : tensor<3xf32> -> tensor<3xi1>
    %12 = chlo.broadcast_add %a, %v {broadcast_dimensions = array<i64: 2>} : (tensor<2x3x3xf32>, tensor<3xf32>) -> tensor<2x3x3xf32>
    %13 = "chlo.constant_like"(%v) <{value = 1.0 : f32}> : (tensor<3xf32>) -> tensor<3xf32>
    %14 = chlo.erf_inv %v : tensor<3xf32> -> tensor<3xf32>
    %15 = "chlo.ragged_dot"(%lhs, %rhs, %sizes) <{precision_config = [], ragged_dot_dimension_numbers = #chlo.ragged_dot<lhs_batching_dimensions = [], rhs_batching_dimensions = [], lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1], lhs_ragged_dimensions = [0], rhs_group_dimensions = [0]>}> : (tensor<4x3xf32>, tensor<2x3x5xf32>, tensor<2xi64>) -> tensor<4x5xf32>
    return %1 : tensor<2x3x1xf32>
  }
  func.func @bits(%key: tensor<2xui64>, %lo: tensor<f32>, %hi: tensor<f32>, %shape: tensor<2xi64>) -> tensor<2x3xui32> {
    %0:2 = stablehlo.rng_bit_generator %key, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<2x3xui32>)
    %1 = stablehlo.rng %lo, %hi, %shape, distribution = UNIFORM : (tensor<f32>, tensor<f32>, tensor<2xi64>) -> tensor<2x3xf32>
    %2 = stablehlo.reduce_precision %1, format = e5m10 : tensor<2x3xf32>
    %3 = stablehlo.bitcast_convert %0#1 : (tensor<2x3xui32>) -> tensor<2x3x4xui8>
    %4 = stablehlo.popcnt %0#1 : tensor<2x3xui32>
    return %4 : tensor<2x3xui32>
  }
  func.func @sizes(%x: tensor<?x4xf32>, %n: tensor<2xi32>, %i: tensor<i32>, %z: tensor<f32>) -> tensor<?x4xf32> {
    %0 = stablehlo.dynamic_broadcast_in_dim %x, %n, dims = [0, 1] {known_expanding_dimensions = array<i64>} : (tensor<?x4xf32>, tensor<2xi32>) -> tensor<?x4xf32>
    %1 = stablehlo.dynamic_iota %n, dim = 1 : (tensor<2xi32>) -> tensor<?x4xf32>
    %2 = stablehlo.dynamic_reshape %0, %n : (tensor<?x4xf32>, tensor<2xi32>) -> tensor<?x?xf32>
    %3 = stablehlo.dynamic_pad %x, %z, %n, %n, %n : (tensor<?x4xf32>, tensor<f32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) -> tensor<?x?xf32>
    %4 = stablehlo.real_dynamic_slice %x, %n, %n, %n : (tensor<?x4xf32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) -> tensor<?x?xf32>
    %5 = stablehlo.get_dimension_size %x, dim = 0 : (tensor<?x4xf32>) -> tensor<i32>
    return %1 : tensor<?x4xf32>
  }
  func.func @tokens(%t: !stablehlo.token, %x: tensor<3xf32>) -> (!stablehlo.token, tuple<tensor<3xf32>, tensor<i32>>) {
    %0 = stablehlo.create_token : !stablehlo.token
    %1 = stablehlo.after_all %t, %0 : !stablehlo.token
    %2 = "stablehlo.send"(%x, %1) <{channel_handle = #stablehlo.channel_handle<handle = 5, type = 2>, is_host_transfer = true}> : (tensor<3xf32>, !stablehlo.token) -> !stablehlo.token
    %3:2 = "stablehlo.recv"(%2) <{channel_handle = #stablehlo.channel_handle<handle = 6, type = 3>, is_host_transfer = true}> : (!stablehlo.token) -> (tensor<3xf32>, !stablehlo.token)
    %4:2 = "stablehlo.infeed"(%3#1) <{infeed_config = "", layout = [[0]]}> : (!stablehlo.token) -> (tensor<3xf32>, !stablehlo.token)
    %5 = "stablehlo.outfeed"(%4#0, %4#1) <{outfeed_config = ""}> : (tensor<3xf32>, !stablehlo.token) -> !stablehlo.token
    %c = stablehlo.constant dense<7> : tensor<i32>
    %6 = stablehlo.tuple %3#0, %c : tuple<tensor<3xf32>, tensor<i32>>
    %7 = stablehlo.get_tuple_element %6[0] : (tuple<tensor<3xf32>, tensor<i32>>) -> tensor<3xf32>
    %8 = stablehlo.custom_call @Sharding(%7) {mhlo.sharding = "{replicated}", backend_config = {a = 1 : i32}, api_version = 4 : i32} : (tensor<3xf32>) -> tensor<3xf32>
    return %5, %6 : !stablehlo.token, tuple<tensor<3xf32>, tensor<i32>>
  }
  func.func @quantized(%x: tensor<2x3xf32>, %q: tensor<2x3x!quant.uniform<i8:f32, 0.5:-3>>, %w: tensor<3x2x!quant.uniform<i8<-127:127>:f32:1, {0.1, 0.2}>>) -> tensor<2x2xf32> {
    %0 = stablehlo.uniform_quantize %x : (tensor<2x3xf32>) -> tensor<2x3x!quant.uniform<i8:f32, 0.5:-3>>
    %1 = stablehlo.add %0, %q : tensor<2x3x!quant.uniform<i8:f32, 0.5:-3>>
    %2 = stablehlo.uniform_dequantize %1 : (tensor<2x3x!quant.uniform<i8:f32, 0.5:-3>>) -> tensor<2x3xf32>
    %3 = stablehlo.dot_general %2, %w, contracting_dims = [1] x [0] : (tensor<2x3xf32>, tensor<3x2x!quant.uniform<i8<-127:127>:f32:1, {0.1, 0.2}>>) -> tensor<2x2xf32>
    return %3 : tensor<2x2xf32>
  }
  func.func @shardy(%x: tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"a", ?}p1, {}], replicated={"c":(1)2}>}) -> tensor<8x8xf32> {
    %0 = sdy.sharding_constraint %x <@mesh, [{"a"}, {?}]> : tensor<8x8xf32>
    %1 = sdy.reshard %0 <@mesh, [{}, {"b"}]> : tensor<8x8xf32>
    sdy.sharding_group %1 group_id=3 : tensor<8x8xf32>
    %2 = sdy.propagation_barrier %1 allowed_direction=FORWARD : tensor<8x8xf32>
    %3 = sdy.named_computation<"foo">(%2) out_shardings=[<@mesh, [{"a"}, {}]>] (%y: tensor<8x8xf32>) {
      sdy.return %y : tensor<8x8xf32>
    } : (tensor<8x8xf32>) -> tensor<8x8xf32>
    %4 = stablehlo.tanh %3 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"a"}, {}]>]>} : tensor<8x8xf32>
    %5 = sdy.all_gather [{"a"}, {}] %4 out_sharding=<@mesh, [{}, {}]> : tensor<8x8xf32>
    %6 = sdy.all_slice [{"a"}, {"b", "c":(2)2}] %5 out_sharding=<@mesh, [{"a"}, {"b", "c":(2)2}]> : tensor<8x8xf32>
    %7 = sdy.all_to_all [{"a"}: 0->1] %6 out_sharding=<@mesh, [{}, {"b", "c":(2)2, "a"}]> : tensor<8x8xf32>
    %8 = sdy.collective_permute %6 out_sharding=<@mesh, [{"b"}, {"a", "c":(2)2}]> : tensor<8x8xf32>
    %9 = sdy.all_reduce {"c":(1)2} %8 out_sharding=<@mesh, [{"b"}, {"a", "c":(2)2}]> : tensor<8x8xf32>
    %10 = sdy.manual_computation(%9) in_shardings=[<@mesh, [{"a"}, {}]>] out_shardings=[<@mesh, [{"a"}, {}]>] manual_axes={"a"} (%y: tensor<4x8xf32>) {
      sdy.return %y : tensor<4x8xf32>
    } : (tensor<8x8xf32>) -> tensor<8x8xf32>
    return %10 : tensor<8x8xf32>
  }
}
