package dev.countersign.policy.cel;

import dev.cel.common.values.NullValue;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonBoolean;
import dev.countersign.kernel.Json.JsonNull;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// JSON values as CEL's, converted only where a condition reads them (the rule for numbers is in
/// the package's description).
final class CelValues {

  private CelValues() {}

  static Object of(Json value) {
    return switch (value) {
      case JsonObject(var members) -> new Members(members);
      case JsonArray(var items) -> new Items(items);
      case JsonString(var text) -> text;
      case JsonBoolean(var truth) -> truth;
      case JsonNumber number -> number(number);
      case JsonNull() -> NullValue.NULL_VALUE;
    };
  }

  private static Object number(JsonNumber number) {
    if (number.integral()) {
      return (long) number.value();
    }
    return number.value();
  }

  private static final class Members extends AbstractMap<String, Object> {
    private final Map<String, Json> members;

    Members(Map<String, Json> members) {
      this.members = members;
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
      var value = members.get(key);
      return value == null ? null : of(value);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
      return members.containsKey(key);
    }

    @Override
    public int size() {
      return members.size();
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
      var converted = new LinkedHashMap<String, Object>();
      members.forEach((name, value) -> converted.put(name, of(value)));
      return Collections.unmodifiableMap(converted).entrySet();
    }
  }

  private static final class Items extends AbstractList<Object> implements RandomAccess {
    private final List<Json> items;

    Items(List<Json> items) {
      this.items = items;
    }

    @Override
    public Object get(int index) {
      return of(items.get(index));
    }

    @Override
    public int size() {
      return items.size();
    }
  }
}
