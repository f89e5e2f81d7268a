package dev.partir.text;

import dev.partir.ir.Location;
import dev.partir.ir.Type;

/** An argument of a block as the text says it. */
record BlockArgument(String name, Type type, Location location, int offset) {}
