package dev.partir.text;

import dev.partir.ir.Attributes;
import dev.partir.ir.Type;
import dev.partir.ir.Visibility;
import java.util.List;

/**
 * What a function's text says before its body.
 *
 * @param argumentAttributes one per argument
 * @param resultAttributes one per result
 */
record FunctionHeader(
    String name,
    Visibility visibility,
    List<BlockArgument> arguments,
    List<Attributes> argumentAttributes,
    List<Type> results,
    List<Attributes> resultAttributes,
    Attributes attributes) {

  Type.FunctionType type() {
    return new Type.FunctionType(arguments.stream().map(BlockArgument::type).toList(), results);
  }
}
