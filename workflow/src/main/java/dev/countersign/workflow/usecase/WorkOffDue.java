package dev.countersign.workflow.usecase;

import static java.util.stream.Collectors.toCollection;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.TenantId;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.store.DueWork;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// What a timer does, on every node: executes what a crash left behind, a freeze held up or nobody
/// vetoed, goes on with other systems, asks more people about what waits too long, ends what nobody
/// decided, and tells of outcomes that nobody reported and of cases that stay too long. Two nodes
/// that find the same thing find its state under its lock.
public final class WorkOffDue {
  /// Enough to keep up with a wave, few enough that a round ends within seconds.
  private static final int BATCH = 400;

  /// That many end in one transaction: it holds their cases while it lasts.
  static final int TOGETHER = 50;

  private static final int TRACE_BYTES = 16;

  private final DueWork work;
  private final ExecuteProposals executions;
  private final ExpireApprovals expiries;
  private final EscalateApprovals escalations;
  private final RemoteWork remote;
  private final MarkOverdue overdue;
  private final MissSla slas;
  private final Clock clock;
  private final Ids ids;
  private final int atOnce;

  /// @param atOnce how many are worked off at the same time; with 1 they follow each other in order
  public WorkOffDue(
      DueWork work,
      ExecuteProposals executions,
      ExpireApprovals expiries,
      EscalateApprovals escalations,
      RemoteWork remote,
      MarkOverdue overdue,
      MissSla slas,
      Clock clock,
      Ids ids,
      int atOnce) {
    this.work = work;
    this.executions = executions;
    this.expiries = expiries;
    this.escalations = escalations;
    this.remote = remote;
    this.overdue = overdue;
    this.slas = slas;
    this.clock = clock;
    this.ids = ids;
    this.atOnce = atOnce;
  }

  /// What a round did.
  ///
  /// @param failed what could not be looked at now; they stay due
  /// @param full whether more may be waiting
  public record Round(int done, int failed, boolean full) {}

  /// Looks at all that is due once, up to a bound. One that fails does not stop the others.
  public Round round() {
    var due = work.at(clock.instant(), BATCH);
    var parts = parts(due);
    int failed = atOnce == 1 ? oneByOne(parts) : together(parts);
    return new Round(due.size() - failed, failed, due.size() >= BATCH);
  }

  /// What is of one tenant and of a kind that several may end of together.
  private record Kind(TenantId tenant, Class<? extends DueWork.Due> kind) {}

  private static boolean inParts(DueWork.Due due) {
    return switch (due) {
      case DueWork.Due.OfProposal _,
          DueWork.Due.Escalation _,
          DueWork.Due.Overdue _,
          DueWork.Due.Sla _ ->
          true;
      case DueWork.Due.OfDecision _,
          DueWork.Due.OfExecution _,
          DueWork.Due.OfDecoy _,
          DueWork.Due.Grant _ ->
          false;
    };
  }

  /// What is of one kind in parts that may end together, everything else alone; each part where its
  /// first would be.
  private static List<List<DueWork.Due>> parts(List<DueWork.Due> due) {
    var parts = new ArrayList<List<DueWork.Due>>();
    var open = new HashMap<Kind, List<DueWork.Due>>();
    for (var each : due) {
      if (!inParts(each)) {
        parts.add(List.of(each));
        continue;
      }
      var kind = new Kind(each.tenant(), each.getClass());
      var part = open.get(kind);
      if (part == null || part.size() == TOGETHER) {
        part = new ArrayList<>();
        open.put(kind, part);
        parts.add(part);
      }
      part.add(each);
    }
    return parts;
  }

  private int oneByOne(List<List<DueWork.Due>> parts) {
    return parts.stream().mapToInt(this::worksOff).sum();
  }

  /// Each of them mostly waits for the disk, so a wave takes a fraction of the time.
  private int together(List<List<DueWork.Due>> parts) {
    var failed = new AtomicInteger();
    var free = new Semaphore(atOnce);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var part : parts) {
        free.acquireUninterruptibly();
        threads.execute(() -> {
          try {
            failed.addAndGet(worksOff(part));
          } finally {
            free.release();
          }
        });
      }
    }
    return failed.get();
  }

  /// How many of them failed.
  private int worksOff(List<DueWork.Due> part) {
    var ended = part.size() > 1 ? ended(part) : Set.<UUID>of();
    int failed = 0;
    for (var each : part) {
      if (!ended.contains(each.id())) {
        failed += worksOff(each) ? 0 : 1;
      }
    }
    return failed;
  }

  /// A way to end several, which says which ended.
  @FunctionalInterface
  private interface Together {
    Set<UUID> end(List<UUID> part, String traceId);
  }

  /// Those that ended together, scope by scope; without the rest once one of them could not, as
  /// each is tried alone then.
  private Set<UUID> ended(List<DueWork.Due> part) {
    var left = part.stream().map(DueWork.Due::id).collect(toCollection(LinkedHashSet::new));
    var all = new HashSet<UUID>();
    try {
      for (var way : ways(part.getFirst())) {
        boolean more = true;
        while (more && !left.isEmpty()) {
          var ended = way.end(List.copyOf(left), trace());
          left.removeAll(ended);
          more = all.addAll(ended);
        }
      }
    } catch (RuntimeException oneOfThem) {
      return all;
    }
    return all;
  }

  /// How what is of the kind of `first` may end together, one after the other.
  private List<Together> ways(DueWork.Due first) {
    return switch (first) {
      case DueWork.Due.OfProposal(var tenant, _, _) ->
          List.of(
              (part, traceId) -> expiries.expire(tenant, part, traceId),
              (part, traceId) -> executions.execute(tenant, part, traceId));
      case DueWork.Due.Escalation(var tenant, _) ->
          List.of((part, traceId) -> escalations.escalate(tenant, part, traceId));
      case DueWork.Due.Overdue(var tenant, _) ->
          List.of((part, traceId) -> overdue.mark(tenant, part, traceId));
      case DueWork.Due.Sla(var tenant, _) ->
          List.of((part, traceId) -> slas.miss(tenant, part, traceId));
      case DueWork.Due.OfDecision _,
          DueWork.Due.OfExecution _,
          DueWork.Due.OfDecoy _,
          DueWork.Due.Grant _ ->
          List.of();
    };
  }

  private boolean worksOff(DueWork.Due due) {
    try {
      workOff(due, trace());
      return true;
    } catch (RuntimeException later) {
      // Whatever is wrong with one of them must not keep the others waiting.
      return false;
    }
  }

  private String trace() {
    return HexFormat.of().formatHex(ids.randomBytes(TRACE_BYTES));
  }

  private void workOff(DueWork.Due due, String traceId) {
    switch (due) {
      case DueWork.Due.OfProposal(var tenant, var proposalId, var state) ->
          workOff(tenant, proposalId, state, traceId);
      case DueWork.Due.OfDecision(var tenant, var approvalId) ->
          expiries.expireOfDecision(tenant, approvalId, traceId);
      case DueWork.Due.OfExecution(var tenant, var proposalId) ->
          remote.resume(tenant, proposalId, traceId);
      case DueWork.Due.Overdue(var tenant, var proposalId) ->
          overdue.mark(tenant, proposalId, traceId);
      case DueWork.Due.OfDecoy(var tenant, var decoyId) ->
          expiries.expireDecoy(tenant, decoyId, traceId);
      case DueWork.Due.Grant(var tenant, var grantId) ->
          expiries.expireGrant(tenant, grantId, traceId);
      case DueWork.Due.Escalation(var tenant, var approvalId) ->
          escalations.escalate(tenant, approvalId, traceId);
      case DueWork.Due.Sla(var tenant, var caseId) -> slas.miss(tenant, caseId, traceId);
    }
  }

  private void workOff(TenantId tenant, UUID proposalId, ProposalState state, String traceId) {
    switch (state) {
      case APPROVED -> executions.execute(tenant, proposalId, traceId);
      case PENDING -> {
        if (!expiries.expire(tenant, proposalId, traceId)) {
          executions.execute(tenant, proposalId, traceId); // Its time for a veto may be over.
        }
      }
      case EXECUTING,
          EXECUTED,
          FAILED,
          REJECTED,
          WITHDRAWN,
          EXPIRED,
          SUPERSEDED,
          ROLLED_BACK,
          ROLLBACK_FAILED -> {
        // The timer's view shows none of these.
      }
    }
  }
}
