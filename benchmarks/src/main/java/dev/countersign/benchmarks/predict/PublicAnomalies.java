package dev.countersign.benchmarks.predict;

import com.amazon.randomcutforest.RandomCutForest;
import dev.countersign.trust.predict.forest.RandomCut;
import dev.countersign.trust.predict.measure.Metrics;
import dev.countersign.trust.predict.measure.Stated;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/// The forest on labelled anomalies of others: thyroid and cardio (ADBench), every second row among
/// 168 rows drawn from all, anomalies among them; and NAB's artificial series, as a stream.
///
/// For NAB the points of an hour are one point of the forest, and an hour's score is ranked among
/// those before as in the product, with two of a hundred as the line: a series has 336 hours, so
/// the product's own line, one a week, would raise nothing before its end.
final class PublicAnomalies {
  private static final int OTHERS = 168;
  private static final int HOUR = 12;
  private static final double LINE = 0.02;
  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d");

  private PublicAnomalies() {}

  static void report(Path data) throws IOException {
    Predictors.say("");
    Predictors.say(
        "## labelled anomalies: AUC of the forest on the values as published, of the forest on"
            + " robust deviations, of the largest deviation");
    for (var name : List.of("38_thyroid", "6_cardio")) {
      rows(name, data.resolve("7-anomaly/adbench/" + name + ".csv.gz"));
    }
    var labels = Files.readString(data.resolve("7-anomaly/nab/combined_windows.json"));
    for (var folder : List.of("artificialWithAnomaly", "artificialNoAnomaly")) {
      try (var files = Files.list(data.resolve("7-anomaly/nab/" + folder))) {
        for (var file : files.sorted().toList()) {
          series(file, folder + "/" + file.getFileName(), labels);
        }
      }
    }
  }

  private static void rows(String name, Path file) throws IOException {
    var points = new ArrayList<double[]>();
    var anomalies = new ArrayList<Boolean>();
    try (var in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      in.readLine();
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        var cells = Arrays.stream(line.split(",")).mapToDouble(Double::parseDouble).toArray();
        points.add(Arrays.copyOf(cells, cells.length - 1));
        anomalies.add(cells[cells.length - 1] == 1);
      }
    }
    var scaled = scaled(points);
    var forest = new RandomCut();
    var order = new ArrayList<Integer>();
    for (int i = 0; i < scaled.size(); i++) {
      order.add(i);
    }
    var random = new Random(1);
    var published = new ArrayList<Double>();
    var scores = new ArrayList<Double>();
    var deviations = new ArrayList<Double>();
    var asked = new ArrayList<Boolean>();
    for (int i = 0; i < scaled.size(); i += 2) {
      if (i % 100 == 0) {
        Collections.shuffle(order, random);
      }
      int row = i;
      var drawn = order.stream().filter(other -> other != row).limit(OTHERS).toList();
      published.add(forest.score(drawn.stream().map(points::get).toList(), points.get(i)).value());
      var others = drawn.stream().map(scaled::get).toList();
      scores.add(forest.score(others, scaled.get(i)).value());
      asked.add(anomalies.get(i));
      deviations.add(Arrays.stream(scaled.get(i)).map(Math::abs).max().orElse(0));
    }
    Predictors.say(
        "%s: %d rows asked, %d of them anomalies: forest %s, on deviations %s, deviation %s",
        name,
        asked.size(),
        Collections.frequency(asked, true),
        area(published, asked),
        area(scores, asked),
        area(deviations, asked));
  }

  private static String area(List<Double> scores, List<Boolean> anomalies) {
    double most = Collections.max(scores);
    double least = Collections.min(scores);
    var stated = new ArrayList<Stated>();
    for (int i = 0; i < scores.size(); i++) {
      stated.add(new Stated((scores.get(i) - least) / (most - least), anomalies.get(i)));
    }
    return Predictors.shown(Metrics.of(stated, 0.5).auc().orElseThrow());
  }

  /// In robust deviations of each column, as windows are.
  private static List<double[]> scaled(List<double[]> points) {
    int width = points.getFirst().length;
    var scaled = points.stream().map(double[]::clone).toList();
    for (int column = 0; column < width; column++) {
      int at = column;
      double median = median(points.stream().mapToDouble(point -> point[at]).toArray());
      double distance =
          median(points.stream().mapToDouble(point -> Math.abs(point[at] - median)).toArray());
      for (var point : scaled) {
        double deviations = (point[column] - median) / (1.4826 * distance + 1e-3);
        point[column] = Math.max(-20, Math.min(20, deviations));
      }
    }
    return scaled;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static void series(Path file, String name, String labels) throws IOException {
    var lines = Files.readAllLines(file);
    var points = new ArrayList<float[]>();
    var inside = new ArrayList<Boolean>();
    var window = window(name, labels);
    for (int i = 1; i + HOUR <= lines.size(); i += HOUR) {
      var point = new float[HOUR];
      for (int j = 0; j < HOUR; j++) {
        var line = lines.get(i + j);
        point[j] = Float.parseFloat(line.substring(line.indexOf(',') + 1));
      }
      points.add(point);
      var time = lines.get(i).substring(0, 16);
      inside.add(
          !window.isEmpty()
              && time.compareTo(window.getFirst()) >= 0
              && time.compareTo(window.getLast()) <= 0);
    }
    var forest =
        RandomCutForest.builder()
            .dimensions(HOUR)
            .sampleSize(OTHERS)
            .outputAfter(24)
            .numberOfTrees(50)
            .randomSeed(1)
            .build();
    var scores = new ArrayList<Double>();
    int hits = 0;
    int elsewhere = 0;
    for (int i = 0; i < points.size(); i++) {
      double score = forest.getAnomalyScore(points.get(i));
      forest.update(points.get(i));
      double over = scores.stream().filter(other -> other >= score).count() + 1.0;
      boolean alarm = over / (scores.size() + 1) <= LINE && scores.size() > 1 / LINE;
      hits += alarm && inside.get(i) ? 1 : 0;
      elsewhere += alarm && !inside.get(i) ? 1 : 0;
      if (i >= 24) {
        scores.add(score);
      }
    }
    Predictors.say(
        "%s: %d hours, %d labelled: %d alarms inside, %d elsewhere (at rank 2%%)",
        name, points.size(), Collections.frequency(inside, true), hits, elsewhere);
  }

  private static List<String> window(String name, String labels) {
    int at = labels.indexOf("\"" + name + "\"");
    if (at < 0) {
      return List.of();
    }
    int end = labels.indexOf("]", at);
    var times = new ArrayList<String>();
    var matcher = TIME.matcher(labels.substring(at, end));
    while (matcher.find()) {
      times.add(matcher.group());
    }
    return times;
  }
}
