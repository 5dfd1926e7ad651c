package dev.countersign.trust.sequential;

/// The CUSUM that knows both rates, as a Markov chain: exact mean run and median delay. Nobody has
/// it; it is what a [ChangeDetector] is measured by.
///
/// The log-likelihood ratio is put on a lattice of `parts` steps to a clean outcome, so that harm
/// goes up by a whole number (Reynolds and Stoumbos, A CUSUM chart for monitoring a proportion,
/// Journal of Quality Technology 31, 1999).
///
/// @param up lattice steps of a harm
/// @param down lattice steps of a clean outcome
/// @param line lattice steps to the alarm
public record Cusum(int up, int down, int line) {

  /// The one with the shortest line whose mean run at `before` is at least `meanRun`.
  ///
  /// @param parts how many steps of the lattice a clean outcome is: the more, the nearer a harm
  ///   comes to what it tells, and the longer it takes
  public static Cusum of(double before, double after, int parts, double meanRun) {
    double harm = StrictMath.log(after / before);
    double clean = StrictMath.log((1 - before) / (1 - after));
    int up = (int) Math.round(parts * harm / clean);
    int low = 0;
    int high = 1;
    while (new Cusum(up, parts, high).meanRun(before) < meanRun) {
      low = high;
      high *= 2;
    }
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (new Cusum(up, parts, middle).meanRun(before) < meanRun) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return new Cusum(up, parts, high);
  }

  /// The mean number of outcomes to the alarm at the constant rate `rate`.
  public double meanRun(double rate) {
    double[][] a = new double[line][line + 1];
    for (int x = 0; x < line; x++) {
      a[x][x] += 1;
      a[x][Math.max(0, x - down)] -= 1 - rate;
      if (x + up < line) {
        a[x][x + up] -= rate;
      }
      a[x][line] = 1;
    }
    for (int x = 0; x < line; x++) {
      // Diagonally dominant, so without pivoting; only `down` rows reach back so far.
      for (int y = x + 1; y <= Math.min(line - 1, x + down); y++) {
        double factor = a[y][x] / a[x][x];
        if (factor != 0) {
          for (int z = x; z <= line; z++) {
            a[y][z] -= factor * a[x][z];
          }
        }
      }
    }
    double[] run = new double[line];
    for (int x = line - 1; x >= 0; x--) {
      double sum = a[x][line];
      for (int z = x + 1; z < line; z++) {
        sum -= a[x][z] * run[z];
      }
      run[x] = sum / a[x][x];
    }
    return run[0];
  }

  /// The median number of outcomes to the alarm at `rate`, from the start, which is where it is
  /// slowest.
  public long medianDelay(double rate) {
    double[] at = new double[line];
    at[0] = 1;
    long n = 0;
    double left = 1;
    while (left > 0.5) {
      double[] next = new double[line];
      left = 0;
      for (int x = 0; x < line; x++) {
        next[Math.max(0, x - down)] += (1 - rate) * at[x];
        if (x + up < line) {
          next[x + up] += rate * at[x];
        }
      }
      for (double p : next) {
        left += p;
      }
      at = next;
      n++;
    }
    return n;
  }
}
