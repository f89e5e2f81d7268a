package dev.partir.text;

import java.util.Arrays;

/** Hexadecimal digits. */
final class Hex {
  private static final byte[] DIGITS = new byte[128];
  private static final byte[] LETTERS =
      "0123456789ABCDEF".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

  static {
    Arrays.fill(DIGITS, (byte) -1);
    for (int digit = 0; digit < 16; digit++) {
      DIGITS[LETTERS[digit]] = (byte) digit;
      DIGITS[Character.toLowerCase(LETTERS[digit])] = (byte) digit;
    }
  }

  private Hex() {}

  /** Returns what the digit means, -1 when it is none. */
  static int digit(char c) {
    return c < 128 ? DIGITS[c] : -1;
  }

  /** Appends all bytes, two digits each. */
  static void append(StringBuilder text, byte[] bytes) {
    for (byte b : bytes) {
      text.append((char) LETTERS[(b >> 4) & 15]).append((char) LETTERS[b & 15]);
    }
  }
}
