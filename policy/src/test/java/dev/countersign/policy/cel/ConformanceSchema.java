package dev.countersign.policy.cel;

import com.google.protobuf.AnyProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.WrappersProto;
import dev.cel.expr.DeclProto;
import dev.cel.expr.SyntaxProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// The protobuf types that CEL's conformance files are written in.
///
/// They are published as source alone. `protoc` turns them into descriptors when the tests run, and
/// messages stay dynamic: generated classes would have to be checked in.
final class ConformanceSchema {
  private static final String PREFIX = "cel/expr/conformance/";

  /// Where the sources lie in the folder, and what they are imported as.
  private static final Map<String, String> PUBLISHED =
      new TreeMap<>(
          Map.of(
              "proto2__test_all_types.proto", PREFIX + "proto2/test_all_types.proto",
              "proto2__test_all_types_extensions.proto",
                  PREFIX + "proto2/test_all_types_extensions.proto",
              "proto3__test_all_types.proto", PREFIX + "proto3/test_all_types.proto",
              "test__simple.proto", PREFIX + "test/simple.proto"));

  private static final List<String> OURS = List.of("value.proto", "eval.proto");

  /// Those that the libraries bring, so that messages are of the very types that they know.
  private static final List<FileDescriptor> BROUGHT =
      List.of(
          AnyProto.getDescriptor(),
          DurationProto.getDescriptor(),
          EmptyProto.getDescriptor(),
          FieldMaskProto.getDescriptor(),
          StructProto.getDescriptor(),
          TimestampProto.getDescriptor(),
          WrappersProto.getDescriptor(),
          DeclProto.getDescriptor(),
          SyntaxProto.getDescriptor());

  private final Map<String, FileDescriptor> files = new TreeMap<>();
  private final TypeRegistry types;
  private final ExtensionRegistry extensions = ExtensionRegistry.newInstance();

  /// @param sources the folder of the published sources
  /// @param work an empty folder
  ConformanceSchema(Path sources, Path work)
      throws IOException, InterruptedException, DescriptorValidationException {
    BROUGHT.forEach(file -> files.put(file.getFullName(), file));
    for (var file : compile(sources, work).getFileList()) {
      files.put(file.getName(), link(file));
    }
    var registry = TypeRegistry.newBuilder();
    files.values().forEach(file -> registry.add(file.getMessageTypes()));
    types = registry.build();
    for (var file : files.values()) {
      file.getExtensions().forEach(this::register);
      file.getMessageTypes().forEach(type -> type.getExtensions().forEach(this::register));
    }
  }

  private void register(FieldDescriptor extension) {
    if (extension.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      extensions.add(extension, DynamicMessage.getDefaultInstance(extension.getMessageType()));
    } else {
      extensions.add(extension);
    }
  }

  private FileDescriptor link(FileDescriptorProto file) throws DescriptorValidationException {
    var imported = new ArrayList<FileDescriptor>();
    for (var name : file.getDependencyList()) {
      imported.add(Objects.requireNonNull(files.get(name), name));
    }
    return FileDescriptor.buildFrom(file, imported.toArray(FileDescriptor[]::new));
  }

  private static FileDescriptorSet compile(Path sources, Path work)
      throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                protoc(),
                "--descriptor_set_in=" + work.resolve("brought.pb"),
                "--proto_path=" + work,
                "--descriptor_set_out=" + work.resolve("compiled.pb")));
    for (var ours : OURS) {
      try (InputStream text =
          Objects.requireNonNull(ConformanceSchema.class.getResourceAsStream(ours), ours)) {
        Files.createDirectories(work.resolve("cel/expr"));
        Files.copy(text, work.resolve("cel/expr/" + ours));
      }
      command.add("cel/expr/" + ours);
    }
    for (var published : PUBLISHED.entrySet()) {
      var place = work.resolve(published.getValue());
      Files.createDirectories(Objects.requireNonNull(place.getParent()));
      Files.copy(sources.resolve(published.getKey()), place);
      command.add(published.getValue());
    }
    var brought = FileDescriptorSet.newBuilder();
    BROUGHT.forEach(file -> brought.addFile(file.toProto()));
    Files.write(work.resolve("brought.pb"), brought.build().toByteArray());
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("protoc failed: " + said);
    }
    return FileDescriptorSet.parseFrom(Files.readAllBytes(work.resolve("compiled.pb")));
  }

  private static String protoc() throws IOException {
    var protoc = Path.of("target", "protoc", "protoc").toAbsolutePath();
    if (!Files.exists(protoc)) {
      throw new IOException(
          "no `" + protoc + "`: Maven puts it there when COUNTERSIGN_SHARED_DATA is set");
    }
    if (!protoc.toFile().setExecutable(true)) {
      throw new IOException("`" + protoc + "` can't be made executable");
    }
    return protoc.toString();
  }

  Iterable<FileDescriptor> files() {
    return files.values();
  }

  ExtensionRegistry extensions() {
    return extensions;
  }

  Descriptor type(String name) {
    return Objects.requireNonNull(types.find(name), name);
  }

  /// What a file of the suite says.
  DynamicMessage suite(String text) throws TextFormat.ParseException {
    var suite = DynamicMessage.newBuilder(type("cel.expr.conformance.test.SimpleTestFile"));
    TextFormat.Parser.newBuilder().setTypeRegistry(types).build().merge(text, extensions, suite);
    return suite.build();
  }
}
