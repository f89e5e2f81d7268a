package dev.partir.array;

import org.jspecify.annotations.Nullable;

/**
 * The discrete Fourier transform of a line of complex numbers, of any length, in double precision.
 * A length of small prime factors is split into them (Cooley and Tukey, "An algorithm for the
 * machine calculation of complex Fourier series", 1965); any other becomes a convolution of a power
 * of two (Bluestein, "A linear filtering approach to the computation of discrete Fourier
 * transform", 1970).
 */
public final class FourierTransform {
  /** The largest factor that is worth its square of multiplications. */
  private static final int LARGEST_FACTOR = 31;

  private final int length;
  private final double[] cosines;
  private final double[] sines;
  private final @Nullable FourierTransform convolution;
  private final double[] chirpRe;
  private final double[] chirpIm;
  private final double[] filterRe;
  private final double[] filterIm;

  /** Prepares the transform of a length: {@code sum of x[j] exp(-2 pi i j k / length)}. */
  public FourierTransform(int length) {
    this.length = length;
    if (length <= 1 || largestFactor(length) <= LARGEST_FACTOR) {
      cosines = new double[length];
      sines = new double[length];
      for (int k = 0; k < length; k++) {
        cosines[k] = cosine(k, length);
        sines[k] = -sine(k, length);
      }
      convolution = null;
      chirpRe = new double[0];
      chirpIm = chirpRe;
      filterRe = chirpRe;
      filterIm = chirpRe;
      return;
    }
    cosines = new double[0];
    sines = cosines;
    int size = Integer.highestOneBit(2 * length - 1) * 2;
    convolution = new FourierTransform(size);
    chirpRe = new double[length];
    chirpIm = new double[length];
    filterRe = new double[size];
    filterIm = new double[size];
    for (int k = 0; k < length; k++) {
      long square = (long) k * k % (2L * length);
      chirpRe[k] = cosine(square, 2L * length);
      chirpIm[k] = -sine(square, 2L * length);
      int mirrored = k == 0 ? 0 : size - k;
      filterRe[k] = chirpRe[k];
      filterIm[k] = -chirpIm[k];
      filterRe[mirrored] = chirpRe[k];
      filterIm[mirrored] = -chirpIm[k];
    }
    convolution.transform(filterRe, filterIm);
  }

  private static int largestFactor(int number) {
    int rest = number;
    int largest = 1;
    for (int p = 2; (long) p * p <= rest; p++) {
      while (rest % p == 0) {
        largest = p;
        rest /= p;
      }
    }
    return Math.max(largest, rest);
  }

  /** Returns {@code cos(2 pi k / n)}, by the angle below an eighth of the circle. */
  private static double cosine(long k, long n) {
    long eighths = 8 * k;
    if (eighths > 4 * n) {
      return cosine(n - k, n);
    }
    if (eighths > 2 * n) {
      return -part(n - 2 * k, 2 * n);
    }
    return part(k, n);
  }

  private static double part(long k, long n) {
    return 8 * k <= n ? Math.cos(2 * Math.PI * k / n) : Math.sin(Math.PI * (n - 4 * k) / (2.0 * n));
  }

  /** Returns {@code sin(2 pi k / n)}. */
  private static double sine(long k, long n) {
    // The sine is the cosine of what is missing to a quarter.
    long quarter = n - 4 * k;
    return quarter >= 0 ? cosine(quarter, 4 * n) : cosine(-quarter, 4 * n);
  }

  /** Transforms a line in place. */
  public void transform(double[] re, double[] im) {
    if (length <= 1) {
      return;
    }
    if (convolution == null) {
      double[] outRe = new double[length];
      double[] outIm = new double[length];
      split(re, im, 0, 1, outRe, outIm, 0, length);
      System.arraycopy(outRe, 0, re, 0, length);
      System.arraycopy(outIm, 0, im, 0, length);
    } else {
      convolve(convolution, re, im);
    }
  }

  /** Transforms a line in place back: the conjugate, divided by the length. */
  public void inverse(double[] re, double[] im) {
    for (int i = 0; i < length; i++) {
      im[i] = -im[i];
    }
    transform(re, im);
    for (int i = 0; i < length; i++) {
      re[i] /= length;
      im[i] = -im[i] / length;
    }
  }

  /** Transforms {@code n} numbers from {@code at} on that stand {@code stride} apart. */
  private void split(
      double[] re,
      double[] im,
      int at,
      int stride,
      double[] outRe,
      double[] outIm,
      int out,
      int n) {
    if (n == 1) {
      outRe[out] = re[at];
      outIm[out] = im[at];
      return;
    }
    int p = 2;
    while (n % p != 0) {
      p++;
    }
    int m = n / p;
    for (int r = 0; r < p; r++) {
      split(re, im, at + r * stride, stride * p, outRe, outIm, out + r * m, m);
    }
    if (p == 2) {
      for (int k = 0; k < m; k++) {
        double c = cosines[k * stride];
        double s = sines[k * stride];
        int a = out + k;
        int b = a + m;
        double xr = outRe[b] * c - outIm[b] * s;
        double xi = outRe[b] * s + outIm[b] * c;
        outRe[b] = outRe[a] - xr;
        outIm[b] = outIm[a] - xi;
        outRe[a] += xr;
        outIm[a] += xi;
      }
      return;
    }
    double[] partRe = new double[p];
    double[] partIm = new double[p];
    for (int k = 0; k < m; k++) {
      for (int q = 0; q < p; q++) {
        double sumRe = 0;
        double sumIm = 0;
        for (int r = 0; r < p; r++) {
          int angle = (int) ((long) r * (k + q * m) % n) * stride;
          double c = cosines[angle];
          double s = sines[angle];
          int from = out + r * m + k;
          sumRe += outRe[from] * c - outIm[from] * s;
          sumIm += outRe[from] * s + outIm[from] * c;
        }
        partRe[q] = sumRe;
        partIm[q] = sumIm;
      }
      for (int q = 0; q < p; q++) {
        outRe[out + q * m + k] = partRe[q];
        outIm[out + q * m + k] = partIm[q];
      }
    }
  }

  private void convolve(FourierTransform power, double[] re, double[] im) {
    int size = filterRe.length;
    double[] a = new double[size];
    double[] b = new double[size];
    for (int k = 0; k < length; k++) {
      a[k] = re[k] * chirpRe[k] - im[k] * chirpIm[k];
      b[k] = re[k] * chirpIm[k] + im[k] * chirpRe[k];
    }
    power.transform(a, b);
    for (int k = 0; k < size; k++) {
      double product = a[k] * filterRe[k] - b[k] * filterIm[k];
      b[k] = a[k] * filterIm[k] + b[k] * filterRe[k];
      a[k] = product;
    }
    power.inverse(a, b);
    for (int k = 0; k < length; k++) {
      re[k] = a[k] * chirpRe[k] - b[k] * chirpIm[k];
      im[k] = a[k] * chirpIm[k] + b[k] * chirpRe[k];
    }
  }
}
