package dev.countersign.workflow.usecase;

import dev.countersign.workflow.usecase.PlayedMove.Tally;

/// Reads the log from its beginning, slowly and obviously, and holds every invariant of the room
/// against it: each judge keeps what it needs in plain sets and knows nothing of the room's code.
final class LogJudge {
  private final World world;
  private final CaseJudge cases = new CaseJudge();
  private final RequestJudge requests;
  private final TaskJudge tasks;
  private final ExecutionJudge executions;
  private final CallJudge calls;
  private final DecoyJudge decoys = new DecoyJudge();

  LogJudge(World world, Cast cast, Receiver receiver) {
    this.world = world;
    requests = new RequestJudge(world, cast, cases);
    tasks = new TaskJudge(cases, requests);
    executions = new ExecutionJudge(cases, requests, tasks);
    calls = new CallJudge(world, receiver, requests, executions);
  }

  /// @param still whether nobody moves the clock while another acts
  /// @param tally of what was judged
  void check(boolean still, Tally tally) {
    var log = world.log();
    for (var entry : log) {
      var said = Said.of(entry);
      cases.read(said);
      requests.read(said);
      tasks.read(said);
      executions.read(said);
      calls.read(said);
      decoys.read(said);
      said.kinds().forEach(tally::count);
    }
    cases.check(world);
    requests.check(tally);
    tasks.check();
    calls.check(still);
    decoys.check(world, log);
  }
}
