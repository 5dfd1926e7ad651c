package dev.countersign.benchmarks.work;

import dev.countersign.benchmarks.place.Place;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// The process that is killed: clients that move cases, and a timer that takes over what the
/// process before it left behind. Each client writes a line once it has its answer: `approved` or
/// `executed` with the proposal.
final class CrashedWork {
  private static final int CONNECTIONS = 12;
  private static final int ROUND_MILLIS = 100;

  /// One decision in so many rejects.
  private static final int REJECTED = 10;

  /// One execution in so many is taken back, of those that people agreed to.
  private static final int TAKEN_BACK = 5;

  /// Moves of a case before its client takes another.
  private static final int MOVES = 6;

  private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

  private final WorkRoom room;
  private final AtomicLong left;

  private CrashedWork(WorkRoom room, long answers) {
    this.room = room;
    this.left = new AtomicLong(answers);
  }

  /// @param args as `Killing` gives them
  public static void main(String[] args) throws InterruptedException, SQLException {
    var place = new Place(Path.of(args[0]), args[1]);
    long seed = Long.parseLong(args[3]);
    var room = new WorkRoom(place, CONNECTIONS);
    var work = new CrashedWork(room, args.length > 4 ? Long.parseLong(args[4]) : Long.MAX_VALUE);
    Thread.ofPlatform().daemon().start(work::workOff);
    var clients = new Thread[Integer.parseInt(args[2])];
    for (int i = 0; i < clients.length; i++) {
      var random = new Random(seed + i);
      var staff = room.staff(Place.TENANTS.get(i % Place.TENANTS.size()));
      clients[i] = Thread.ofPlatform().start(() -> work.move(staff, random));
    }
    for (var client : clients) {
      client.join();
    }
    room.close();
  }

  private void workOff() {
    while (true) {
      try {
        room.due.round();
        Thread.sleep(ROUND_MILLIS);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException later) {
        System.err.println("refused: " + later);
      }
    }
  }

  /// Opens cases and moves each of them a few times.
  private void move(WorkRoom.Staff staff, Random random) {
    while (left.get() > 0) {
      try {
        var stand = new Stand(room.openCase(staff), 1, "here");
        for (int i = 0; i < MOVES && stand.version() > 0; i++) {
          stand = moved(staff, random, stand);
        }
      } catch (Refusal.Conflict | IllegalStateException refused) {
        // An answer, but none that promises anything.
        System.err.println("refused: " + refused);
      }
    }
  }

  /// Where a case stands; with version 0 it is left alone.
  private record Stand(UUID caseId, long version, String queue) {
    Stand moved(String to) {
      return new Stand(caseId, version + 1, to);
    }

    Stand left() {
      return new Stand(caseId, 0, queue);
    }

    /// What may be done with it, and where that leads.
    Way way(Random random) {
      int chance = random.nextInt(3);
      return switch (queue) {
        case "here" -> chance == 0 ? new Way("go", "there") : byItself(chance == 1);
        case "there" -> chance == 0 ? new Way("return", "here") : new Way("send", "away");
        default -> byItself(chance == 0);
      };
    }

    private static Way byItself(boolean here) {
      return new Way(here ? "fetch" : "recall", "there");
    }
  }

  private record Way(String type, String to) {}

  private Stand moved(WorkRoom.Staff staff, Random random, Stand stand) {
    var way = stand.way(random);
    var answer = room.propose(staff, stand.caseId(), stand.version(), way.type());
    var proposal = answer.text("proposal_id").orElseThrow();
    var state = answer.text("state").orElseThrow();
    boolean asked = state.equals("pending");
    if (asked) {
      boolean rejected = random.nextInt(REJECTED) == 0;
      answer = room.decide(staff, answer, rejected ? "reject" : "approve");
      state = answer.text("proposal_state").orElseThrow();
    }
    tell(state + " " + proposal);
    left.decrementAndGet();
    if (!state.equals("executed")) {
      return stand.left();
    }
    if (asked && random.nextInt(TAKEN_BACK) == 0) {
      return takenBack(staff, stand.moved(stand.queue()), answer, proposal);
    }
    room.succeed(staff, answer);
    tell("observed " + proposal);
    return stand.moved(way.to());
  }

  private Stand takenBack(WorkRoom.Staff staff, Stand after, JsonObject executed, String proposal) {
    var execution = WorkRoom.id(executed.object("execution").orElseThrow(), "id");
    var state = room.rollBack(staff, execution).text("state").orElseThrow();
    if (!state.equals("rolled_back")) {
      return after.left(); // The other system is being asked.
    }
    tell(state + " " + proposal);
    return after.moved(after.queue());
  }

  private static void tell(String line) {
    try {
      OUT.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
