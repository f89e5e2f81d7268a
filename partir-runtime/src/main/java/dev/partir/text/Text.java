package dev.partir.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Strings and names as MLIR writes them. A string of MLIR is bytes; those that are no UTF-8 are
 * held as the lone surrogates U+DC80 to U+DCFF, so that nothing is lost.
 */
final class Text {
  private static final int SURROGATES = 0xDC00;

  private Text() {}

  /** Returns what the characters between the quotes from {@code start} to {@code end} mean. */
  static String unescape(String text, int start, int end) {
    int plain = start;
    while (plain < end
        && text.charAt(plain) != '\\'
        && !Character.isSurrogate(text.charAt(plain))) {
      plain++;
    }
    if (plain == end) {
      return text.substring(start, end);
    }
    byte[] bytes = new byte[3 * (end - start)];
    int n = 0;
    for (int p = start; p < end; ) {
      char c = text.charAt(p);
      if (c == '\\' && p + 1 < end) {
        char next = text.charAt(p + 1);
        int high = Character.digit(next, 16);
        int low = p + 2 < end ? Character.digit(text.charAt(p + 2), 16) : -1;
        if (high >= 0 && low >= 0) {
          bytes[n++] = (byte) (high << 4 | low);
          p += 3;
          continue;
        }
        bytes[n++] =
            (byte)
                switch (next) {
                  case 'n' -> '\n';
                  case 't' -> '\t';
                  default -> next;
                };
        p += 2;
      } else {
        int codePoint = text.codePointAt(p);
        if (isByte(codePoint)) {
          bytes[n++] = (byte) (codePoint - SURROGATES);
        } else {
          byte[] encoded = encode(codePoint);
          System.arraycopy(encoded, 0, bytes, n, encoded.length);
          n += encoded.length;
        }
        p += Character.charCount(codePoint);
      }
    }
    return decode(Arrays.copyOf(bytes, n));
  }

  private static boolean isByte(int codePoint) {
    return codePoint >= SURROGATES + 128 && codePoint < SURROGATES + 256;
  }

  /** Returns the UTF-8 bytes of a character; of the replacement character for half a pair. */
  private static byte[] encode(int codePoint) {
    boolean half = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    return Character.toString(half ? 0xFFFD : codePoint).getBytes(StandardCharsets.UTF_8);
  }

  private static String decode(byte[] bytes) {
    var decoder = StandardCharsets.UTF_8.newDecoder();
    try {
      return decoder.decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notUtf8) {
      var text = new StringBuilder(bytes.length);
      for (byte b : bytes) {
        text.append((char) (b >= 0 ? b : SURROGATES + (b & 0xFF)));
      }
      return text.toString();
    }
  }

  /** Returns {@code value} in quotes. */
  static String quote(String value) {
    var quoted = new StringBuilder(value.length() + 2).append('"');
    for (int p = 0; p < value.length(); ) {
      int c = value.codePointAt(p);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append((char) c);
      } else if (c >= ' ' && c < 127) {
        quoted.append((char) c);
      } else if (isByte(c)) {
        escape(quoted, c - SURROGATES);
      } else {
        for (byte b : encode(c)) {
          escape(quoted, b & 0xFF);
        }
      }
      p += Character.charCount(c);
    }
    return quoted.append('"').toString();
  }

  private static void escape(StringBuilder quoted, int b) {
    quoted.append('\\');
    quoted.append(Character.toUpperCase(Character.forDigit(b >> 4, 16)));
    quoted.append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
  }

  /** Returns whether {@code name} can stand without quotes, as a key or behind {@code @}. */
  static boolean isWord(String name) {
    if (name.isEmpty() || !(isLetter(name.charAt(0)) || name.charAt(0) == '_')) {
      return false;
    }
    for (int i = 1; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!isLetter(c) && !isDigit(c) && c != '_' && c != '$' && c != '.') {
        return false;
      }
    }
    return true;
  }

  /** Returns {@code @name}, with quotes where it needs them; nested symbols too. */
  static String symbol(String name) {
    var text = new StringBuilder();
    for (String part : name.split("::@", -1)) {
      text.append(text.isEmpty() ? "@" : "::@").append(isWord(part) ? part : quote(part));
    }
    return text.toString();
  }

  static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
