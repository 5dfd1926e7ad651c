package dev.countersign.events.sending;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Which addresses a name has now. The system's resolver, or a test that answers otherwise the
/// second time it is asked.
@FunctionalInterface
public interface Names {
  /// All of them; throws if there are none.
  List<InetAddress> addresses(String host) throws UnknownHostException;

  static Names system() {
    return host -> List.of(InetAddress.getAllByName(host));
  }
}
