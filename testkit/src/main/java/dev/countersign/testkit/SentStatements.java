package dev.countersign.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;

/// Notes the texts that go to a database through a data source, each of which is a round trip. Safe
/// for use by many threads.
public final class SentStatements {
  private final List<String> texts = new CopyOnWriteArrayList<>();

  /// The same source, whose prepared statements are noted.
  public DataSource of(DataSource source) {
    return proxy(
        DataSource.class,
        source,
        (name, _, result) ->
            name.equals("getConnection")
                ? proxy(Connection.class, (Connection) result, this::note)
                : result);
  }

  private Object note(String name, Object[] arguments, Object result) {
    if (name.equals("prepareStatement")) {
      texts.add((String) arguments[0]);
    }
    return result;
  }

  /// What was sent since the last [#forget], in its order.
  public List<String> texts() {
    return List.copyOf(texts);
  }

  public void forget() {
    texts.clear();
  }

  private interface Listener {
    Object heard(String name, Object[] arguments, Object result);
  }

  private static <T> T proxy(Class<T> type, T real, Listener listener) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              try {
                return listener.heard(method.getName(), arguments, method.invoke(real, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
