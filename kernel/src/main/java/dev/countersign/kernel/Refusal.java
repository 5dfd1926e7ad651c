package dev.countersign.kernel;

import java.time.Duration;
import java.util.List;

/// A request that is answered by a refusal which says why; thrown inside a transaction it undoes
/// it.
///
/// Every subclass is a caller's mistake or a rule that stands against him, never a failure of ours.
/// The edge maps each to one problem document; `code` is a stable word of the domain.
public abstract sealed class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String code;

  private Refusal(String code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /// A stable word for programs, snake_case.
  public String code() {
    return code;
  }

  /// The request's shape is wrong; names every problem at once.
  public static final class Invalid extends Refusal {
    private static final long serialVersionUID = 1;
    private final transient List<Violation> violations;

    public Invalid(List<Violation> violations) {
      super("invalid_request", "the request has " + violations.size() + " problem(s)");
      this.violations = List.copyOf(violations);
    }

    public Invalid(String pointer, String code, String message) {
      this(List.of(new Violation(pointer, code, message)));
    }

    public List<Violation> violations() {
      return violations;
    }
  }

  /// The same `Idempotency-Key` came with another body.
  public static final class KeyReused extends Refusal {
    private static final long serialVersionUID = 1;

    public KeyReused() {
      super("idempotency_key_reused", "the same `Idempotency-Key` was used with another body");
    }
  }

  /// There is no such thing, or it is another tenant's: the two are not told apart.
  public static final class NotFound extends Refusal {
    private static final long serialVersionUID = 1;

    public NotFound(String what, String id) {
      super(what + "_not_found", "there is no " + what.replace('_', ' ') + " `" + id + "`");
    }
  }

  /// The thing is there, but this principal may not do this to it.
  public static final class Forbidden extends Refusal {
    private static final long serialVersionUID = 1;

    public Forbidden(String code, String message) {
      super(code, message);
    }
  }

  /// This principal has done it too often; he may again after a time.
  public static final class TooMany extends Refusal {
    private static final long serialVersionUID = 1;
    private final Duration retryAfter;

    public TooMany(String code, String message, Duration retryAfter) {
      super(code, message);
      this.retryAfter = retryAfter;
    }

    public Duration retryAfter() {
      return retryAfter;
    }
  }

  /// The thing is in a state in which this cannot be done; carries all reasons, heaviest first.
  public static final class Conflict extends Refusal {
    private static final long serialVersionUID = 1;
    private final transient List<Violation> reasons;

    public Conflict(String code, String message) {
      this(code, message, List.of());
    }

    public Conflict(String code, String message, List<Violation> reasons) {
      super(code, message);
      this.reasons = List.copyOf(reasons);
    }

    public List<Violation> reasons() {
      return reasons;
    }
  }
}
