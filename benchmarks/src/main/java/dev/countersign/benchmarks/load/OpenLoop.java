package dev.countersign.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Sends `POST /v1/check` at a constant rate and says how long the answers took.
///
/// Request *i* of a run is due at its start plus *i* divided by the rate, whether or not the ones
/// before are answered, and its time runs from that moment until its answer was read (no
/// coordinated omission). What has no answer in time, or another than 200, has failed.
public final class OpenLoop {
  /// What arrives in 100 ms at 5,000 a second. Beyond it requests wait here instead of there, and
  /// that counts.
  private static final int CONNECTIONS = 512;

  /// A server that just started is slow until it is compiled: it gets a fifth of the rate so long.
  private static final int COLD_SECONDS = 15;

  private static final int COLD_PART = 5;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// How often it is looked who waited too long.
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(100);

  /// The longest sleep: an answer is noticed at most so much later. Spinning would take one of the
  /// cores from the server.
  private static final long NAP = TimeUnit.MICROSECONDS.toNanos(100);

  private static final String BODY =
      "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{\"intent\":\"support\",\"tokens\":120,\"row_count\":10}}";
  private static final Pattern LOAD_KEY = Pattern.compile("\"load\":\"([^\"]*)\"");

  private final InetSocketAddress server;
  private final Selector selector;
  private final ByteBuffer request;
  private final Deque<Connection> free = new ArrayDeque<>();
  private final List<Connection> all = new ArrayList<>();
  private final Consumer<SelectionKey> hear = this::hear;
  private Times times = new Times(0);
  private boolean heard;

  private OpenLoop(int port, String key) throws IOException {
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.selector = Selector.open();
    var bytes =
        """
        POST /v1/check HTTP/1.1\r
        Host: localhost:%d\r
        Authorization: Bearer %s\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        %s\
        """
            .formatted(port, key, BODY.length(), BODY)
            .getBytes(StandardCharsets.US_ASCII);
    this.request = ByteBuffer.allocateDirect(bytes.length).put(bytes);
    for (int i = 0; i < CONNECTIONS; i++) {
      open();
    }
  }

  /// @param args the server's port, its `demo.json`, requests a second, seconds of warm-up, runs
  ///   and seconds of each
  public static void main(String[] args) throws IOException {
    var keys = LOAD_KEY.matcher(Files.readString(Path.of(args[1])));
    if (!keys.find()) {
      throw new IllegalArgumentException("there is no key `load` in `" + args[1] + "`");
    }
    int runs = Integer.parseInt(args[4]);
    int seconds = Integer.parseInt(args[5]);
    int rate = Integer.parseInt(args[2]);
    var loop = new OpenLoop(Integer.parseInt(args[0]), keys.group(1));
    System.out.println("cold: " + loop.run(Math.ceilDiv(rate, COLD_PART), COLD_SECONDS).words());
    System.out.println("warm-up: " + loop.run(rate, Integer.parseInt(args[3])).words());

    var before = cpu();
    var medians = new ArrayList<Double>();
    var tails = new ArrayList<Double>();
    for (int i = 1; i <= runs; i++) {
      var times = loop.run(rate, seconds);
      System.out.println("run " + i + ": " + times.words());
      medians.add(times.millis(0.5));
      tails.add(times.millis(0.99));
    }
    System.out.println(
        String.format(
            Locale.ROOT,
            "median of the runs: p50 %.2f ms, p99 %.2f ms; the generator took %.0f %% of a core",
            middle(medians),
            middle(tails),
            100.0 * cpu().minus(before).toMillis() / (1000.0 * runs * seconds)));
  }

  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static double middle(List<Double> values) {
    return values.stream().sorted().toList().get((values.size() - 1) / 2);
  }

  private Times run(int rate, int seconds) throws IOException {
    int count = Math.multiplyExact(rate, seconds);
    times = new Times(count);
    long start = System.nanoTime();
    long look = start + LOOK;
    int next = 0;
    while (!times.complete()) {
      long now = System.nanoTime();
      while (next < count && due(start, next, rate) <= now && !free.isEmpty()) {
        send(free.pop(), due(start, next, rate));
        next++;
      }
      heard = false;
      selector.selectNow(hear);
      if (now >= look) {
        look = now + LOOK;
        giveUp(now);
        while (next < count && now - due(start, next, rate) > PATIENCE.toNanos()) {
          times.failed(PATIENCE);
          next++;
        }
      }
      if (!heard) {
        long pause = next < count ? due(start, next, rate) - System.nanoTime() : NAP;
        if (pause > 0) {
          LockSupport.parkNanos(Math.min(pause, NAP));
        }
      }
    }
    return times;
  }

  private static long due(long start, int index, int rate) {
    return start + index * TimeUnit.SECONDS.toNanos(1) / rate;
  }

  private void open() throws IOException {
    var connection = Connection.open(server, selector);
    all.add(connection);
    free.push(connection);
  }

  private void send(Connection connection, long due) {
    if (!connection.send(request, due)) {
      lose(connection);
    }
  }

  private void hear(SelectionKey key) {
    if (!(key.attachment() instanceof Connection connection)) {
      throw new IllegalStateException("a key of no connection");
    }
    heard = true;
    switch (connection.hear()) {
      case PART -> {}
      case OK -> {
        long took = System.nanoTime() - connection.due();
        if (took > PATIENCE.toNanos()) {
          times.failed(PATIENCE);
        } else {
          times.answered(took);
        }
        free.push(connection);
      }
      case REFUSED -> {
        times.failed(PATIENCE);
        free.push(connection);
      }
      case LOST -> lose(connection);
    }
  }

  private void lose(Connection connection) {
    if (connection.busy()) {
      times.failed(PATIENCE);
    } else {
      free.remove(connection);
    }
    all.remove(connection);
    connection.close();
    try {
      open();
    } catch (IOException e) {
      throw new UncheckedIOException("the server takes no connection any more", e);
    }
  }

  private void giveUp(long now) {
    for (var connection : List.copyOf(all)) {
      if (connection.busy() && now - connection.due() > PATIENCE.toNanos()) {
        lose(connection);
      }
    }
  }
}
