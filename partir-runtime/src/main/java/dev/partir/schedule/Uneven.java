package dev.partir.schedule;

/** What becomes of a dimension whose size an axis does not divide. */
public enum Uneven {
  /** It is an error: what a model declares must fit its mesh. */
  REFUSE,
  /**
   * The blocks are as large as the largest must be, and the last ones end in padding, which costs
   * memory and arithmetic and changes no result.
   */
  PAD
}
