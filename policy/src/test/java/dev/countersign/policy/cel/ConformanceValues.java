package dev.countersign.policy.cel;

import com.google.common.primitives.UnsignedLong;
import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import dev.cel.common.types.CelType;
import dev.cel.common.types.TypeType;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The values of conformance files, as the library wants and gives them.
final class ConformanceValues {
  private final ConformanceSchema schema;

  ConformanceValues(ConformanceSchema schema) {
    this.schema = schema;
  }

  /// What the library is given as a variable's value.
  Object given(DynamicMessage value) {
    return switch (kind(value)) {
      case "null_value" -> NullValue.NULL_VALUE;
      case "bool_value", "int64_value", "double_value", "string_value" -> content(value);
      case "uint64_value" -> UnsignedLong.fromLongBits((long) content(value));
      case "bytes_value" -> CelByteString.of(((ByteString) content(value)).toByteArray());
      case "object_value" -> object(value);
      case "list_value" -> {
        var items = new ArrayList<>();
        for (var item : children((Message) content(value), "values")) {
          items.add(given(item));
        }
        yield items;
      }
      case "map_value" -> {
        var entries = new LinkedHashMap<Object, Object>();
        for (var entry : children((Message) content(value), "entries")) {
          entries.put(
              given(ConformanceCase.one(entry, "key")), given(ConformanceCase.one(entry, "value")));
        }
        yield entries;
      }
      // The library has no enumerations, only their numbers.
      case "enum_value" -> number((Message) content(value), "value");
      default -> throw new AssertionError("no variable is a `" + kind(value) + "`");
    };
  }

  /// Whether the library's answer is the value that a file expects.
  boolean same(DynamicMessage expected, @Nullable Object actual) {
    return switch (kind(expected)) {
      case "null_value" -> actual instanceof NullValue;
      case "bool_value", "int64_value", "string_value" -> content(expected).equals(actual);
      case "double_value" ->
          actual instanceof Double number && same((double) content(expected), number);
      case "uint64_value" -> UnsignedLong.fromLongBits((long) content(expected)).equals(actual);
      case "bytes_value" ->
          actual instanceof CelByteString bytes
              && content(expected).equals(ByteString.copyFrom(bytes.toByteArray()));
      case "type_value" -> actual instanceof CelType type && content(expected).equals(name(type));
      case "list_value" ->
          actual instanceof List<?> items
              && same(children((Message) content(expected), "values"), items);
      case "map_value" ->
          actual instanceof Map<?, ?> entries
              && sameEntries(children((Message) content(expected), "entries"), entries);
      case "object_value" -> sameObject(object(expected), actual);
      // An enumeration with a type of its own, which the library does not have.
      case "enum_value" -> false;
      default -> throw new AssertionError("`" + kind(expected) + "` is a kind unknown here");
    };
  }

  private static String name(CelType type) {
    return type instanceof TypeType of ? of.containingTypeName() : type.name();
  }

  private static boolean same(double expected, double actual) {
    return expected == actual || (Double.isNaN(expected) && Double.isNaN(actual));
  }

  private boolean same(List<DynamicMessage> expected, List<?> actual) {
    if (expected.size() != actual.size()) {
      return false;
    }
    for (int i = 0; i < expected.size(); i++) {
      if (!same(expected.get(i), actual.get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean sameEntries(List<DynamicMessage> expected, Map<?, ?> actual) {
    return expected.size() == actual.size()
        && expected.stream()
            .allMatch(entry ->
                actual.entrySet().stream()
                    .anyMatch(other ->
                        same(ConformanceCase.one(entry, "key"), other.getKey())
                            && same(ConformanceCase.one(entry, "value"), other.getValue())));
  }

  private boolean sameObject(DynamicMessage expected, @Nullable Object actual) {
    return switch (expected.getDescriptorForType().getFullName()) {
      case "google.protobuf.Duration" ->
          Duration.ofSeconds(number(expected, "seconds"), number(expected, "nanos")).equals(actual);
      case "google.protobuf.Timestamp" ->
          Instant.ofEpochSecond(number(expected, "seconds"), number(expected, "nanos"))
              .equals(actual);
      default ->
          actual instanceof Message message
              && message
                  .getDescriptorForType()
                  .getFullName()
                  .equals(expected.getDescriptorForType().getFullName())
              && expected.equals(
                  parsed(expected.getDescriptorForType().getFullName(), message.toByteString()));
    };
  }

  private static long number(MessageOrBuilder message, String field) {
    return ((Number) message.getField(message.getDescriptorForType().findFieldByName(field)))
        .longValue();
  }

  private DynamicMessage object(DynamicMessage value) {
    var any = (Message) content(value);
    var url = ConformanceCase.text(any, "type_url");
    return parsed(
        url.substring(url.lastIndexOf('/') + 1),
        (ByteString) any.getField(any.getDescriptorForType().findFieldByName("value")));
  }

  private DynamicMessage parsed(String type, ByteString bytes) {
    try {
      return DynamicMessage.parseFrom(schema.type(type), bytes, schema.extensions());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(type, e);
    }
  }

  static String kind(DynamicMessage value) {
    var field = value.getOneofFieldDescriptor(value.getDescriptorForType().getOneofs().getFirst());
    return field == null ? "nothing" : field.getName();
  }

  static Object content(DynamicMessage value) {
    var field = value.getOneofFieldDescriptor(value.getDescriptorForType().getOneofs().getFirst());
    return Objects.requireNonNull(value.getField(Objects.requireNonNull(field)));
  }

  static List<DynamicMessage> children(Message of, String field) {
    var messages = new ArrayList<DynamicMessage>();
    for (var item : (List<?>) of.getField(of.getDescriptorForType().findFieldByName(field))) {
      messages.add((DynamicMessage) item);
    }
    return messages;
  }
}
