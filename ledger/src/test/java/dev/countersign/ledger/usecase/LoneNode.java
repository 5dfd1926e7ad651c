package dev.countersign.ledger.usecase;

import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.testkit.TestDatabase;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.postgresql.ds.PGSimpleDataSource;

/// A node in a process of its own, which decides and opens cases without a pause until it is
/// killed, and writes down each entry after it was answered.
///
/// At a chosen moment it says `HERE` and waits for a line: whoever reads that can stop or kill it
/// while it holds what it holds.
final class LoneNode implements AutoCloseable {
  /// No moment: it goes on until it is killed.
  static final String NEVER = "never";

  private static final String HERE = "HERE";

  private final Process process;
  private final Path output;
  final Path checkpoint = Node.freshFile();

  /// An entry that a node told to be in the log.
  record Told(UUID entry, long index) {}

  /// Starts a node that waits once it has answered and the role's connections have done these parts
  /// of statements, separated by semicolons.
  LoneNode(LedgerDatabase database, DatabaseRole role, String parts) {
    var target = database.database();
    output = checkpoint.resolveSibling("output");
    try {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx96m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  LoneNode.class.getName(),
                  target.host(),
                  String.valueOf(target.port()),
                  target.name(),
                  target.superuser(),
                  target.superuserPassword(),
                  checkpoint.toAbsolutePath().toString(),
                  role.name(),
                  parts)
              .redirectOutput(output.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether it waits at its moment.
  boolean isHere() {
    if (!process.isAlive()) {
      throw new AssertionError("the node ended by itself: " + lines());
    }
    return lines().contains(HERE);
  }

  /// SIGSTOP or SIGCONT.
  void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
          .inheritIO()
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Lets it go on from its moment.
  void goOn() {
    try (var input = process.outputWriter()) {
      input.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void kill() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// What it told to be in the log so far; the last line may be cut.
  List<Told> told() {
    var told = new ArrayList<Told>();
    for (var line : lines()) {
      var words = line.split(" ");
      if (words.length == 3 && words[2].equals(".")) {
        told.add(new Told(UUID.fromString(words[0]), Long.parseLong(words[1])));
      }
    }
    return told;
  }

  private List<String> lines() {
    try {
      return Files.readString(output).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }

  private static final OutputStream OUT = new FileOutputStream(FileDescriptor.out);

  /// @param args host, port, name, superuser and password of the database, the checkpoint's file,
  ///   and where to wait
  public static void main(String[] args) {
    var database =
        new LedgerDatabase(
            new TestDatabase(args[0], Integer.parseInt(args[1]), args[2], args[3], args[4]));
    Map<String, Faults> faults = new HashMap<>();
    var node =
        new Node(
            database,
            Path.of(args[5]),
            source -> {
              var faulty = new Faults(source);
              faults.put(((PGSimpleDataSource) source).getUser(), faulty);
              return faulty;
            },
            new LogState(true));
    node.start();
    decide(node, 20);
    open(node);
    var chosen = faults.get(DatabaseRole.valueOf(args[6]).login());
    if (chosen == null) {
      throw new IllegalArgumentException("no connections of `" + args[6] + "`");
    }
    chosen.runAfter(List.of(args[7].split(";")), LoneNode::pause);
    Thread.ofPlatform()
        .start(() -> {
          while (true) {
            open(node);
          }
        });
    while (true) {
      decide(node, 20);
    }
  }

  private static void pause() {
    write(HERE + "\n");
    try {
      // The end of input lets it go on, too.
      int _ = System.in.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void decide(Node node, int count) {
    var results = new ArrayList<CompletableFuture<Decisions.Result>>();
    for (int i = 0; i < count; i++) {
      results.add(node.decisions.submit(node.decision(LedgerDatabase.TENANTS.get(i % 3))));
    }
    for (var result : results) {
      try {
        tell(Node.committed(result.join()));
      } catch (CompletionException refused) {
        // An answer, but none that promises anything.
      }
    }
  }

  private static void open(Node node) {
    try {
      var tenant = LedgerDatabase.TENANTS.getFirst();
      node.open(node.call(tenant), UUID.randomUUID().toString()).tickets().forEach(LoneNode::tell);
    } catch (RuntimeException refused) {
      // The same.
    }
  }

  private static void tell(Ticket ticket) {
    write(ticket.entryId() + " " + ticket.logIndex() + " .\n");
  }

  private static synchronized void write(String line) {
    try {
      OUT.write(line.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
