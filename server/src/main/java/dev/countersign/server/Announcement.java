package dev.countersign.server;

import dev.countersign.server.config.CountersignConfig;
import io.quarkus.vertx.http.HttpServerStart;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;

/// Says that the server answers, in one line, when it really does.
@Singleton
final class Announcement {
  private static final Logger LOG = Logger.getLogger(Announcement.class);
  private final CountersignConfig config;

  Announcement(CountersignConfig config) {
    this.config = config;
  }

  void ready(@ObservesAsync HttpServerStart started) {
    var url = "http://localhost:" + started.options().getPort();
    System.out.println("Countersign is ready at " + url);
    if (config.demo() && config.openBrowser()) {
      open(url + "/docs");
    }
  }

  /// Best effort: a machine without a browser is no reason to complain.
  private static void open(String url) {
    var mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
    try {
      new ProcessBuilder(List.of(mac ? "open" : "xdg-open", url))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      LOG.debugf("no browser was opened: %s", e.getMessage());
    }
  }
}
