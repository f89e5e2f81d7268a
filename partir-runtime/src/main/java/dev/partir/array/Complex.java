package dev.partir.array;

/** A finite complex number of two {@link DoubleDouble} parts. */
record Complex(DoubleDouble re, DoubleDouble im) {
  static final Complex ONE = of(1, 0);

  static Complex of(double re, double im) {
    return new Complex(DoubleDouble.of(re), DoubleDouble.of(im));
  }

  Complex plus(double real) {
    return new Complex(re.plus(real), im);
  }

  Complex plus(Complex other) {
    return new Complex(re.plus(other.re), im.plus(other.im));
  }

  Complex negated() {
    return new Complex(re.negated(), im.negated());
  }

  Complex conjugate() {
    return new Complex(re, im.negated());
  }

  /** Returns the product with the imaginary unit. */
  Complex timesI() {
    return new Complex(im.negated(), re);
  }

  Complex times(Complex other) {
    return new Complex(
        re.times(other.re).minus(im.times(other.im)), re.times(other.im).plus(im.times(other.re)));
  }

  Complex times(DoubleDouble real) {
    return new Complex(re.times(real), im.times(real));
  }

  Complex over(DoubleDouble real) {
    return new Complex(re.over(real), im.over(real));
  }

  /** Returns the quotient by a number that is not zero. */
  Complex over(Complex other) {
    int shift = -other.exponent();
    Complex divisor = other.scaled(shift);
    int own = -exponent();
    return scaled(own).times(divisor.conjugate()).over(divisor.norm()).scaled(shift - own);
  }

  Complex scaled(int exponent) {
    return new Complex(re.scaled(exponent), im.scaled(exponent));
  }

  /** Returns the exponent of the larger part. */
  int exponent() {
    return Math.max(-1000, Math.max(Math.getExponent(re.hi()), Math.getExponent(im.hi())));
  }

  /** Returns the square of the absolute value. */
  DoubleDouble norm() {
    return re.squared().plus(im.squared());
  }

  DoubleDouble abs() {
    int shift = exponent();
    return scaled(-shift).norm().sqrt().scaled(shift);
  }

  /** Returns the square root with a real part that is not negative. */
  Complex sqrt() {
    if (re.isZero() && im.isZero()) {
      return this;
    }
    // An even power of two keeps the squares within range.
    int shift = exponent() / 2;
    Complex near = scaled(-2 * shift);
    DoubleDouble root = near.re.abs().plus(near.norm().sqrt()).scaled(-1).sqrt();
    root = root.scaled(shift);
    // Scaled, for the rest of a division of small numbers would underflow.
    int up = -Math.getExponent(im.hi());
    DoubleDouble other = im.scaled(up).over(root).scaled(-1 - up);
    if (re.hi() >= 0) {
      return new Complex(root, other);
    }
    boolean below = Math.copySign(1, im.hi()) < 0;
    return new Complex(other.abs(), below ? root.negated() : root);
  }

  /** Returns the principal logarithm of a number that is not zero. */
  Complex log() {
    int shift = exponent();
    DoubleDouble norm = scaled(-shift).norm();
    DoubleDouble magnitude;
    if (Math.abs(shift) <= 1 && norm().hi() > 0.5 && norm().hi() < 2) {
      magnitude = Precise.log1p(lessOne()).scaled(-1);
    } else {
      magnitude = Precise.log(norm).scaled(-1).plus(Precise.LN_2.times(shift));
    }
    return new Complex(magnitude, argument());
  }

  /** Returns the square of the absolute value, less 1. */
  private DoubleDouble lessOne() {
    DoubleDouble first = DoubleDouble.product(re.hi(), re.hi());
    DoubleDouble second = DoubleDouble.product(im.hi(), im.hi());
    return DoubleDouble.sum(-1, first.hi(), second.hi(), first.lo(), second.lo())
        .plus(2 * re.hi() * re.lo() + 2 * im.hi() * im.lo());
  }

  /** Returns the angle. */
  DoubleDouble argument() {
    if (im.isZero()) {
      boolean left = re.hi() < 0;
      DoubleDouble angle = left ? Precise.PI : DoubleDouble.of(0);
      return Math.copySign(1, im.hi()) < 0 ? angle.negated() : angle;
    }
    return Precise.atan2(im, re);
  }

  Complex exp() {
    return exp(0);
  }

  /** Returns the exponential function times a power of two. */
  Complex exp(int shift) {
    DoubleDouble[] angle = Precise.sinCos(im);
    // The power of two is multiplied last, for a sine may bring the product back within range.
    int power = (int) Math.rint(Math.max(-4000, Math.min(re.hi() / Precise.LN_2.hi(), 4000)));
    boolean within = Math.abs(re.hi()) < 2000;
    DoubleDouble rest = within ? re.minus(Precise.LN_2.times(power)) : DoubleDouble.ZERO;
    DoubleDouble magnitude = Precise.exp(rest);
    return new Complex(angle[1].times(magnitude), angle[0].times(magnitude)).scaled(power + shift);
  }
}
