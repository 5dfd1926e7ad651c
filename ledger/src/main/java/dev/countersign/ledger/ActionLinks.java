package dev.countersign.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Follows the entries of governed actions from the decision through proposal, approval and
/// execution to the outcome, and names those that lack what must have come before them: *orphans*.
///
/// The entries of one action share their correlation id. An approval and an execution must be of
/// the digests that were proposed, and an outcome of an execution of that action, so what was
/// approved is what ran, by the log alone. Entries are taken in the order of the log. What an entry
/// lacks may be erased, if anything was that was recorded since its action began; then it is not
/// judged.
///
/// Held meanwhile is a few hundred bytes for each action that was proposed, or that waits for an
/// approval; decisions that wait for nobody cost nothing. For use by one thread.
public final class ActionLinks {

  /// Says when an action began, by the time in its correlation id.
  private static final int VERSION_OF_TIMES = 7;

  /// How far the time of an entry may lie from its place in the log.
  private static final Duration DISORDER = Duration.ofHours(1);

  private final Map<UUID, Action> actions = new HashMap<>();
  private final Optional<Instant> from;

  /// Whether what was taken last is gone, and until when what is gone was recorded.
  private boolean lastErased;

  private Instant erasedUntil = Instant.MIN;
  private long entries;
  private long unknown;
  private long orphans;

  /// @param from when the entries begin; actions that began before are not judged
  public ActionLinks(Optional<Instant> from) {
    this.from = from;
  }

  /// Why an entry is an orphan.
  public enum Fault {
    REQUEST_WITHOUT_DECISION("a request for an approval without the decision that requires it"),
    PROPOSAL_WITHOUT_DECISION("a proposal without the policy's decision"),
    APPROVAL_WITHOUT_PROPOSAL("an approval without its proposal"),
    APPROVAL_OF_ANOTHER_ACTION("an approval of other digests than were proposed"),
    EXECUTION_WITHOUT_PROPOSAL("an execution without its proposal"),
    AUTHORIZATION_WITHOUT_STAGE("a stage's authorization of what people had to approve"),
    EXECUTION_WITHOUT_APPROVAL("an execution without an approval or a stage that authorized it"),
    EXECUTION_OF_ANOTHER_ACTION("an execution of other digests than were approved"),
    EXECUTED_TWICE("a second execution of one action"),
    OUTCOME_WITHOUT_EXECUTION("an outcome without its execution"),
    ENDING_WITHOUT_PROPOSAL("the end of a proposal or request that was not made"),
    ROLLBACK_WITHOUT_EXECUTION("a rollback without its execution");

    private final String words;

    Fault(String words) {
      this.words = words;
    }

    /// For programs.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// For people.
    public String words() {
      return words;
    }

    /// Whether something is missing, rather than there and wrong.
    boolean isAbsence() {
      return switch (this) {
        case REQUEST_WITHOUT_DECISION,
            APPROVAL_WITHOUT_PROPOSAL,
            EXECUTION_WITHOUT_PROPOSAL,
            AUTHORIZATION_WITHOUT_STAGE,
            EXECUTION_WITHOUT_APPROVAL,
            OUTCOME_WITHOUT_EXECUTION,
            ENDING_WITHOUT_PROPOSAL,
            ROLLBACK_WITHOUT_EXECUTION ->
            true;
        case PROPOSAL_WITHOUT_DECISION,
            APPROVAL_OF_ANOTHER_ACTION,
            EXECUTION_OF_ANOTHER_ACTION,
            EXECUTED_TWICE ->
            false;
      };
    }
  }

  /// An entry that lacks what must have come before it.
  public record Orphan(long logIndex, UUID correlationId, String action, Fault fault) {}

  /// What was followed.
  ///
  /// @param entries all that were taken
  /// @param actions of which there was a proposal or a decision that waits for an approval
  /// @param orphans how many were named
  /// @param unknown entries that are erased, or lack what may be, or belong to an action that began
  ///   before the period
  public record Summary(long entries, long actions, long orphans, long unknown) {}

  /// What is known of one action.
  private static final class Action {
    private boolean byItself;
    private boolean authorized;
    private boolean approved;
    private @Nullable String actionDigest;
    private @Nullable String approvalDigest;
    private final Set<String> executions = new HashSet<>(2);
    private int running;
  }

  /// Reads an export and hands on every orphan; throws [MalformedLedgerData] for what is no export.
  ///
  /// The export is not verified: that is [ExportVerifier]'s.
  public static Summary read(Path file, Consumer<Orphan> orphan, ExportVerifier.Watcher watcher)
      throws IOException {
    var from = Optional.ofNullable(ExportReader.header(file).from());
    var links = new ActionLinks(from.map(ActionLinks::time));
    ExportReader.entries(file, watcher, proven -> links.follow(proven).ifPresent(orphan));
    return links.summary();
  }

  private Optional<Orphan> follow(ProvenEntry proven) {
    return switch (proven.disclosure()) {
      case Disclosure.Held(_, var entry) -> follow(proven.index(), entry);
      case Disclosure.Erased _ -> {
        followErased();
        yield Optional.empty();
      }
    };
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new MalformedLedgerData("an end of the period is not a time", e);
    }
  }

  /// Takes an entry whose content is gone; what it began can't be known.
  public void followErased() {
    entries++;
    unknown++;
    lastErased = true;
  }

  /// Something is gone that was recorded before this and before the entries that are followed.
  public void somethingIsGone(Instant until) {
    erased(until);
  }

  /// Whether an entry is a later step of an action, which lacks something if it stands alone.
  public static boolean continues(Entry entry) {
    return switch (entry.action()) {
      case "approval.requested",
          "approval.granted",
          "approval.rejected",
          "approval.deferred",
          "approval.expired",
          "approval.superseded",
          "grant.used",
          "execution.started",
          "execution.parked",
          "execution.redriven",
          "execution.discarded",
          "execution.completed",
          "execution.failed",
          "execution.rollback_started",
          "execution.rolled_back",
          "execution.rollback_failed",
          "outcome.observed",
          "outcome.corrected",
          "outcome.overdue",
          "proposal.authorized",
          "proposal.held_back",
          "proposal.withdrawn",
          "proposal.expired",
          "proposal.superseded" ->
          true;
      default -> false;
    };
  }

  /// Whether an entry of the action was taken that began it.
  public boolean knows(UUID correlationId) {
    return actions.containsKey(correlationId);
  }

  /// Takes an entry that stands before those that are judged.
  public void recall(Entry earlier) {
    var _ = fault(earlier);
  }

  /// Takes the next entry, and says if it is an orphan.
  public Optional<Orphan> follow(long logIndex, Entry entry) {
    entries++;
    if (lastErased) {
      lastErased = false;
      erased(entry.time());
    }
    if (from.isPresent() && began(entry.correlationId()).filter(from.get()::isAfter).isPresent()) {
      unknown++;
      return Optional.empty();
    }
    var fault = fault(entry);
    if (fault.filter(Fault::isAbsence).isPresent() && mayBeErased(entry)) {
      unknown++;
      return Optional.empty();
    }
    if (fault.isPresent()) {
      orphans++;
    }
    return fault.map(found -> new Orphan(logIndex, entry.correlationId(), entry.action(), found));
  }

  private void erased(Instant before) {
    var until = before.plus(DISORDER);
    erasedUntil = until.isAfter(erasedUntil) ? until : erasedUntil;
  }

  private boolean mayBeErased(Entry entry) {
    return began(entry.correlationId()).filter(erasedUntil::isBefore).isEmpty()
        && erasedUntil.isAfter(Instant.MIN);
  }

  public Summary summary() {
    return new Summary(entries, actions.size(), orphans, unknown);
  }

  private static Optional<Instant> began(UUID id) {
    return id.version() == VERSION_OF_TIMES
        ? Optional.of(Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16))
        : Optional.empty();
  }

  private Optional<Fault> fault(Entry entry) {
    return switch (entry.action()) {
      case "decision.made" -> decided(entry);
      case "proposal.created" -> proposed(entry);
      case "approval.requested" -> requested(entry);
      case "approval.granted", "approval.rejected", "approval.deferred", "grant.used" ->
          approved(entry);
      case "proposal.authorized" -> authorized(entry);
      case "execution.started", "execution.completed", "execution.failed" -> executed(entry);
      case "execution.parked", "execution.redriven", "execution.discarded" -> begun(entry);
      case "execution.rolled_back" -> rolledBack(entry);
      case "execution.rollback_started", "execution.rollback_failed" -> undoing(entry);
      case "outcome.observed", "outcome.corrected", "outcome.overdue" -> observed(entry);
      case "proposal.held_back",
          "proposal.withdrawn",
          "proposal.expired",
          "proposal.superseded",
          "approval.expired",
          "approval.superseded" ->
          known(entry).isPresent() ? Optional.empty() : Optional.of(Fault.ENDING_WITHOUT_PROPOSAL);
      default -> Optional.empty();
    };
  }

  private Optional<Action> known(Entry entry) {
    return Optional.ofNullable(actions.get(entry.correlationId()));
  }

  private Optional<Fault> decided(Entry entry) {
    if (text(entry, "outcome").filter("require_approval"::equals).isPresent()) {
      actions.computeIfAbsent(entry.correlationId(), _ -> new Action());
    }
    return Optional.empty();
  }

  private Optional<Fault> proposed(Entry entry) {
    var action = actions.computeIfAbsent(entry.correlationId(), _ -> new Action());
    action.actionDigest = text(entry, "action_digest").orElse(null);
    action.approvalDigest = text(entry, "approval_digest").orElse(null);
    action.byItself = text(entry, "mode").filter(mode -> mode.endsWith("_auto")).isPresent();
    return text(entry, "policy_outcome").isPresent()
        ? Optional.empty()
        : Optional.of(Fault.PROPOSAL_WITHOUT_DECISION);
  }

  /// The request stays when the content of the decision has expired.
  private Optional<Fault> requested(Entry entry) {
    boolean decided = knows(entry.correlationId());
    var action = actions.computeIfAbsent(entry.correlationId(), _ -> new Action());
    action.actionDigest = text(entry, "action_digest").orElse(null);
    action.approvalDigest = text(entry, "approval_digest").orElse(null);
    return decided ? Optional.empty() : Optional.of(Fault.REQUEST_WITHOUT_DECISION);
  }

  private Optional<Fault> approved(Entry entry) {
    var action = known(entry);
    if (action.isEmpty()) {
      // A deferral decides nothing, and what was deferred may be a decoy, which nobody proposed.
      return entry.action().equals("approval.deferred")
          ? Optional.empty()
          : Optional.of(Fault.APPROVAL_WITHOUT_PROPOSAL);
    }
    if (!sameDigests(action.get(), entry)) {
      return Optional.of(Fault.APPROVAL_OF_ANOTHER_ACTION);
    }
    if (entry.action().equals("approval.granted") || entry.action().equals("grant.used")) {
      action.get().approved = true;
    }
    return Optional.empty();
  }

  /// Only what was proposed in an automatic mode can be authorized by a stage.
  private Optional<Fault> authorized(Entry entry) {
    var action = known(entry).filter(known -> known.byItself);
    action.ifPresent(known -> known.authorized = true);
    return action.isPresent() ? Optional.empty() : Optional.of(Fault.AUTHORIZATION_WITHOUT_STAGE);
  }

  private Optional<Fault> begun(Entry entry) {
    return known(entry).filter(action -> action.executions.contains(entry.resourceId())).isPresent()
        ? Optional.empty()
        : Optional.of(Fault.EXECUTION_WITHOUT_PROPOSAL);
  }

  private Optional<Fault> undoing(Entry entry) {
    return known(entry).filter(action -> action.running > 0).isPresent()
        ? Optional.empty()
        : Optional.of(Fault.ROLLBACK_WITHOUT_EXECUTION);
  }

  private Optional<Fault> executed(Entry entry) {
    var action = known(entry);
    if (action.isEmpty()) {
      return Optional.of(Fault.EXECUTION_WITHOUT_PROPOSAL);
    }
    action.get().executions.add(entry.resourceId());
    if (!action.get().approved && !action.get().authorized) {
      return Optional.of(Fault.EXECUTION_WITHOUT_APPROVAL);
    }
    if (!sameDigests(action.get(), entry)) {
      return Optional.of(Fault.EXECUTION_OF_ANOTHER_ACTION);
    }
    boolean completed = entry.action().equals("execution.completed");
    return completed && action.get().running++ > 0
        ? Optional.of(Fault.EXECUTED_TWICE)
        : Optional.empty();
  }

  private Optional<Fault> rolledBack(Entry entry) {
    var action = known(entry).filter(known -> known.running > 0);
    action.ifPresent(known -> known.running--);
    return action.isPresent() ? Optional.empty() : Optional.of(Fault.ROLLBACK_WITHOUT_EXECUTION);
  }

  private Optional<Fault> observed(Entry entry) {
    return known(entry).filter(action -> action.executions.contains(entry.resourceId())).isPresent()
        ? Optional.empty()
        : Optional.of(Fault.OUTCOME_WITHOUT_EXECUTION);
  }

  /// Whether an entry names the digests that were proposed, as far as both name any.
  private static boolean sameDigests(Action action, Entry entry) {
    return same(action.actionDigest, text(entry, "action_digest"))
        && same(action.approvalDigest, text(entry, "approval_digest"));
  }

  private static boolean same(@Nullable String proposed, Optional<String> named) {
    return proposed == null || named.isEmpty() || named.get().equals(proposed);
  }

  private static Optional<String> text(Entry entry, String member) {
    return entry.details().text(member);
  }
}
