package dev.partir.array;

import java.util.Arrays;

/**
 * Counter-based generators of random bits (Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers:
 * As Easy as 1, 2, 3", 2011), with the counters and the order of words that XLA gives them.
 */
public final class RandomBits {
  private static final int[][] ROTATIONS = {{13, 15, 26, 6}, {17, 29, 16, 24}};
  private static final int THREEFRY_PARITY = 0x1BD11BDA;
  private static final long PHILOX_FIRST = 0xD2511F53L;
  private static final long PHILOX_SECOND = 0xCD9E8D57L;

  /** What a generator gives. */
  public static final class Drawn {
    private final long[] state;
    private final long[] bits;

    private Drawn(long[] state, long[] bits) {
      this.state = state;
      this.bits = bits;
    }

    /** Returns the state to draw on with. */
    public long[] state() {
      return state;
    }

    /** Returns one number per element, with its bits below. */
    public long[] bits() {
      return bits;
    }
  }

  private RandomBits() {}

  /**
   * Draws with Threefry-2x32 of 20 rounds. A call gives two words: where elements have up to 32
   * bits they are neighbours along the first even dimension, or, where there is none, along the
   * largest.
   *
   * @param state the key and the counter
   * @param dims the sizes of the array
   * @param bits the bits of an element, at most 64
   */
  public static Drawn threefry(long[] state, long[] dims, int bits) {
    int count = 1;
    for (long dim : dims) {
      count *= (int) dim;
    }
    long[] drawn = new long[count];
    int[] words = new int[2];
    if (bits > 32) {
      for (int i = 0; i < count; i++) {
        threefry(state[0], state[1] + i, words);
        drawn[i] = Integer.toUnsignedLong(words[0]) | (long) words[1] << 32;
      }
      return new Drawn(new long[] {state[0], state[1] + count}, drawn);
    }
    int split = splitDimension(dims);
    long size = split < 0 ? 1 : dims[split];
    long half = (size + 1) / 2;
    long inner = 1;
    for (int d = split + 1; d < dims.length && split >= 0; d++) {
      inner *= dims[d];
    }
    long calls = size == 0 ? 0 : count / size * half;
    for (long call = 0; call < calls; call++) {
      threefry(state[0], state[1] + call, words);
      long outer = call / (half * inner);
      long at = call / inner % half;
      long first = (outer * size + 2 * at) * inner + call % inner;
      drawn[(int) first] = Integer.toUnsignedLong(words[0]);
      if (2 * at + 1 < size) {
        drawn[(int) (first + inner)] = Integer.toUnsignedLong(words[1]);
      }
    }
    return new Drawn(new long[] {state[0], state[1] + calls}, drawn);
  }

  private static int splitDimension(long... dims) {
    int largest = -1;
    for (int d = 0; d < dims.length; d++) {
      if (dims[d] % 2 == 0) {
        return d;
      }
      if (largest < 0 || dims[d] > dims[largest]) {
        largest = d;
      }
    }
    return largest;
  }

  private static void threefry(long key, long counter, int[] words) {
    int[] keys = {(int) key, (int) (key >>> 32), (int) key ^ (int) (key >>> 32) ^ THREEFRY_PARITY};
    int x = (int) counter + keys[0];
    int y = (int) (counter >>> 32) + keys[1];
    for (int i = 0; i < 5; i++) {
      for (int rotation : ROTATIONS[i % 2]) {
        x += y;
        y = Integer.rotateLeft(y, rotation) ^ x;
      }
      x += keys[(i + 1) % 3];
      y += keys[(i + 2) % 3] + i + 1;
    }
    words[0] = x;
    words[1] = y;
  }

  /**
   * Draws with Philox-4x32 of 10 rounds, whose words follow each other in the array.
   *
   * @param state the key, and the counter of 128 bits, its lower half first; where only one half is
   *     given, the key is the upper one
   * @param count the number of elements
   * @param bits the bits of an element, at most 64
   */
  public static Drawn philox(long[] state, int count, int bits) {
    long[] drawn = new long[count];
    long low = state[1];
    long high = state.length > 2 ? state[2] : state[0];
    int perElement = bits > 32 ? 2 : 1;
    int[] words = new int[4];
    long calls = ((long) count * perElement + 3) / 4;
    for (long call = 0; call < calls; call++) {
      philox(state[0], low, high, words);
      if (++low == 0) {
        high++;
      }
      for (int w = 0; w < 4; w += perElement) {
        long element = (4 * call + w) / perElement;
        if (element < count) {
          drawn[(int) element] =
              Integer.toUnsignedLong(words[w]) | (perElement == 2 ? (long) words[w + 1] << 32 : 0);
        }
      }
    }
    long[] next = Arrays.copyOf(state, state.length);
    next[1] = low;
    if (next.length > 2) {
      next[2] = high;
    }
    return new Drawn(next, drawn);
  }

  private static void philox(long key, long low, long high, int[] words) {
    int a = (int) low;
    int b = (int) (low >>> 32);
    int c = (int) high;
    int d = (int) (high >>> 32);
    int first = (int) key;
    int second = (int) (key >>> 32);
    for (int round = 0; round < 10; round++) {
      long left = PHILOX_FIRST * Integer.toUnsignedLong(a);
      long right = PHILOX_SECOND * Integer.toUnsignedLong(c);
      a = (int) (right >>> 32) ^ b ^ first;
      b = (int) right;
      c = (int) (left >>> 32) ^ d ^ second;
      d = (int) left;
      first += 0x9E3779B9;
      second += 0xBB67AE85;
    }
    words[0] = a;
    words[1] = b;
    words[2] = c;
    words[3] = d;
  }
}
