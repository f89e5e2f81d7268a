package dev.partir.ir;

/** The code inside an operation. StableHLO's regions have one block each. */
public record Region(Block block) {}
