package dev.partir.cli;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.NearestNames;
import dev.partir.ir.PartirException;
import dev.partir.mesh.Mesh;
import dev.partir.schedule.Action;
import dev.partir.schedule.AutomaticTactic;
import dev.partir.schedule.Dim;
import dev.partir.schedule.Finding;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.MeshVerification;
import dev.partir.schedule.MeshVerifier;
import dev.partir.schedule.Site;
import dev.partir.schedule.Tactic;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A schedule in a JSON file:
 *
 * <pre>{@code
 * {"mesh": {"batch": 4, "model": 2},
 *  "profile": "tpu-v3",
 *  "schedule": [
 *    {"name": "BP", "axis": "batch", "tile": {"x": 0}},
 *    {"name": "Z3", "axis": "batch", "tile": {"*_w?": "first_divisible"}, "replicate": ["*_bias"]},
 *    {"name": "both", "actions": [{"axis": "batch", "tile": {"y": 0}}, {"axis": "model", "tile": {"y": 1}}]},
 *    {"auto": "auto(model; budget=200, seed=7)"}]}
 * }</pre>
 *
 * Keeps where everything stands, so that findings of the verifier point into the file.
 */
final class ScheduleFile {
  private static final Pattern POSITION = Pattern.compile("at line (\\d+) column (\\d+)");
  private static final List<String> ROOT_KEYS = List.of("mesh", "profile", "schedule");
  private static final List<String> TACTIC_KEYS =
      List.of("name", "axis", "tile", "replicate", "optional", "actions", "auto");
  private static final List<String> ACTION_KEYS = List.of("axis", "tile", "replicate");

  private final String file;
  private final JsonReader reader;
  private final List<Diagnostic> findings = new ArrayList<>();
  private @Nullable Mesh mesh;
  private @Nullable String profile;
  private final List<Tactic> tactics = new ArrayList<>();
  private final List<TacticPlace> places = new ArrayList<>();

  /** Where a tactic and its actions stand. */
  private record TacticPlace(Location tactic, List<ActionPlace> actions) {}

  private record ActionPlace(Location target, Location dim, Location axis) {}

  private ScheduleFile(String file, String text) {
    this.file = file;
    this.reader = new JsonReader(new StringReader(text));
  }

  /**
   * Reads a file.
   *
   * @throws PartirException with every finding and its position when it is not a schedule
   */
  static ScheduleFile parse(String file, String text) {
    ScheduleFile schedule = new ScheduleFile(file, text);
    try {
      schedule.root();
    } catch (MalformedJsonException | EOFException e) {
      schedule.malformed(e);
    } catch (IOException e) {
      throw new IllegalStateException("a string cannot fail to be read", e);
    }
    if (!schedule.findings.isEmpty()) {
      throw new PartirException(schedule.findings);
    }
    return schedule;
  }

  /** Returns the mesh, or null where the file has none. */
  @Nullable Mesh mesh() {
    return mesh;
  }

  /** Returns the hardware profile, or null where the file has none. */
  @Nullable String profile() {
    return profile;
  }

  List<Tactic> tactics() {
    return tactics;
  }

  /** Returns the findings of the verifier with their places in the file. */
  List<Diagnostic> locate(List<Finding> verified) {
    List<Diagnostic> located = new ArrayList<>();
    for (Finding finding : Finding.distinct(verified, this::place)) {
      Diagnostic diagnostic = finding.diagnostic();
      located.add(
          new Diagnostic(
              diagnostic.code(),
              diagnostic.subject(),
              diagnostic.problem(),
              diagnostic.remedy(),
              place(finding.site())));
    }
    return located;
  }

  private Location place(Site site) {
    if (site instanceof Site.OfTactic tactic && tactic.tactic() < places.size()) {
      return places.get(tactic.tactic()).tactic();
    }
    if (site instanceof Site.OfAction action && action.tactic() < places.size()) {
      TacticPlace tactic = places.get(action.tactic());
      if (action.action() >= tactic.actions().size()) {
        return tactic.tactic();
      }
      ActionPlace place = tactic.actions().get(action.action());
      return switch (action.part()) {
        case AXIS -> place.axis();
        case DIM -> place.dim();
        default -> place.target();
      };
    }
    return Location.of(file, 1, 1);
  }

  /** Returns the place of the next token. */
  private Location here() throws IOException {
    // Skips white space, so that the reader stands at the token and not behind the one before.
    JsonToken next = reader.peek();
    return next == JsonToken.END_DOCUMENT ? Location.of(file, 1, 1) : position();
  }

  private Location position() {
    Matcher matcher = POSITION.matcher(reader.toString());
    return matcher.find()
        ? Location.of(
            file,
            Integer.parseInt(matcher.group(1)),
            Math.max(1, Integer.parseInt(matcher.group(2)) - 1))
        : Location.of(file, 1, 1);
  }

  private void fail(Location location, ErrorCode code, String problem, String remedy) {
    findings.add(Diagnostic.at(location, code, problem, remedy));
  }

  private void malformed(IOException e) {
    Matcher matcher = POSITION.matcher(String.valueOf(e.getMessage()));
    Location location =
        matcher.find()
            ? Location.of(
                file, Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
            : position();
    fail(
        location,
        ErrorCode.INVALID_SCHEDULE,
        e instanceof EOFException
            ? "the file ends in the middle of the schedule"
            : "this is not JSON",
        "Close every bracket and quote, and put commas between entries");
  }

  /** Requires the kind of the next value; skips it and returns false when it is another. */
  private boolean expect(JsonToken kind, String what) throws IOException {
    JsonToken found = reader.peek();
    if (found == kind) {
      return true;
    }
    fail(
        here(),
        ErrorCode.INVALID_SCHEDULE,
        what + " is " + describe(found),
        "It must be " + describe(kind));
    reader.skipValue();
    return false;
  }

  private static String describe(JsonToken token) {
    return switch (token) {
      case BEGIN_OBJECT -> "an object {...}";
      case BEGIN_ARRAY -> "a list [...]";
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case NULL -> "null";
      default -> "missing";
    };
  }

  private void unknownKey(Location location, String key, List<String> known) throws IOException {
    fail(
        location,
        ErrorCode.INVALID_SCHEDULE,
        "there is no entry \"" + key + "\" here",
        NearestNames.remedy(key, known, "entries"));
    reader.skipValue();
  }

  private void root() throws IOException {
    if (!expect(JsonToken.BEGIN_OBJECT, "the schedule file")) {
      return;
    }
    reader.beginObject();
    boolean hasSchedule = false;
    while (reader.hasNext()) {
      Location location = here();
      String key = reader.nextName();
      switch (key) {
        case "mesh" -> readMesh();
        case "profile" -> {
          if (expect(JsonToken.STRING, "\"profile\"")) {
            profile = reader.nextString();
          }
        }
        case "schedule" -> {
          hasSchedule = true;
          if (expect(JsonToken.BEGIN_ARRAY, "\"schedule\"")) {
            reader.beginArray();
            while (reader.hasNext()) {
              tactic();
            }
            reader.endArray();
          }
        }
        default -> unknownKey(location, key, ROOT_KEYS);
      }
    }
    reader.endObject();
    if (!hasSchedule) {
      fail(
          Location.of(file, 1, 1),
          ErrorCode.INVALID_SCHEDULE,
          "it has no entry \"schedule\"",
          "Give it a list of tactics");
    }
  }

  private void readMesh() throws IOException {
    Location location = here();
    if (!expect(JsonToken.BEGIN_OBJECT, "\"mesh\"")) {
      return;
    }
    List<MeshVerifier.RawAxis> axes = new ArrayList<>();
    List<Location> axisPlaces = new ArrayList<>();
    reader.beginObject();
    while (reader.hasNext()) {
      axisPlaces.add(here());
      String name = reader.nextName();
      if (expect(JsonToken.NUMBER, "the size of axis \"" + name + "\"")) {
        Location size = here();
        try {
          axes.add(new MeshVerifier.RawAxis(name, reader.nextLong()));
        } catch (NumberFormatException e) {
          fail(
              size,
              ErrorCode.INVALID_MESH,
              "the size of axis \"" + name + "\" is " + reader.nextString(),
              "It must be a whole number");
        }
      }
    }
    reader.endObject();
    MeshVerification verification = MeshVerifier.verify("mesh", axes);
    for (Finding finding : verification.findings()) {
      Location place =
          finding.site() instanceof Site.OfAxis axis && axis.axis() < axisPlaces.size()
              ? axisPlaces.get(axis.axis())
              : location;
      fail(
          place,
          finding.diagnostic().code(),
          finding.diagnostic().problem(),
          finding.diagnostic().remedy());
    }
    mesh = verification.mesh();
  }

  /** What has been read of a tactic. */
  private static final class Draft {
    @Nullable String name;
    @Nullable AutomaticTactic automatic;
    boolean optional;
    final List<Action> actions = new ArrayList<>();
    final List<ActionPlace> places = new ArrayList<>();
  }

  private void tactic() throws IOException {
    Location location = here();
    if (!expect(JsonToken.BEGIN_OBJECT, "a tactic")) {
      return;
    }
    Draft draft = new Draft();
    int before = findings.size();
    actionsOf(draft, "tactic", TACTIC_KEYS);
    if (findings.size() > before) {
      return;
    }
    String name = draft.name;
    if (draft.automatic != null) {
      AutomaticTactic found = draft.automatic;
      tactics.add(
          name == null
              ? found
              : new AutomaticTactic(name, found.axes(), found.budget(), found.seed()));
    } else if (name == null) {
      fail(
          location,
          ErrorCode.INVALID_SCHEDULE,
          "a tactic has no name",
          "Give it an entry \"name\"");
      return;
    } else {
      tactics.add(new ManualTactic(name, draft.actions, draft.optional));
    }
    places.add(new TacticPlace(location, draft.places));
  }

  /**
   * Reads an object with an axis and what is tiled and replicated along it, and with the entries of
   * a tactic where it is one.
   */
  private void actionsOf(Draft draft, String what, List<String> known) throws IOException {
    Location start = here();
    String axis = null;
    Location axisPlace = start;
    List<String> targets = new ArrayList<>();
    List<Dim> dims = new ArrayList<>();
    List<Location> targetPlaces = new ArrayList<>();
    List<Location> dimPlaces = new ArrayList<>();
    List<String> replicated = new ArrayList<>();
    List<Location> replicatedPlaces = new ArrayList<>();
    reader.beginObject();
    while (reader.hasNext()) {
      Location location = here();
      String key = reader.nextName();
      if (!known.contains(key)) {
        unknownKey(location, key, known);
        continue;
      }
      switch (key) {
        case "name" -> draft.name = string("\"name\"");
        case "axis" -> {
          axisPlace = here();
          axis = string("\"axis\"");
        }
        case "optional" -> {
          if (expect(JsonToken.BOOLEAN, "\"optional\"")) {
            draft.optional = reader.nextBoolean();
          }
        }
        case "tile" -> tile(targets, dims, targetPlaces, dimPlaces);
        case "replicate" -> replicate(replicated, replicatedPlaces);
        case "auto" -> automatic(draft);
        default -> {
          if (expect(JsonToken.BEGIN_ARRAY, "\"actions\"")) {
            reader.beginArray();
            while (reader.hasNext()) {
              if (expect(JsonToken.BEGIN_OBJECT, "an action")) {
                actionsOf(draft, "action", ACTION_KEYS);
              }
            }
            reader.endArray();
          }
        }
      }
    }
    reader.endObject();
    if (axis == null) {
      if (!targets.isEmpty() || !replicated.isEmpty()) {
        fail(
            start,
            ErrorCode.INVALID_SCHEDULE,
            "a " + what + " tiles or replicates along no axis",
            "Give it an entry \"axis\"");
      }
      return;
    }
    for (int i = 0; i < targets.size(); i++) {
      draft.actions.add(Action.tile(targets.get(i), dims.get(i), axis));
      draft.places.add(new ActionPlace(targetPlaces.get(i), dimPlaces.get(i), axisPlace));
    }
    for (int i = 0; i < replicated.size(); i++) {
      draft.actions.add(Action.replicate(replicated.get(i), axis));
      draft.places.add(
          new ActionPlace(replicatedPlaces.get(i), replicatedPlaces.get(i), axisPlace));
    }
  }

  private @Nullable String string(String what) throws IOException {
    return expect(JsonToken.STRING, what) ? reader.nextString() : null;
  }

  private void tile(
      List<String> targets, List<Dim> dims, List<Location> targetPlaces, List<Location> dimPlaces)
      throws IOException {
    if (!expect(JsonToken.BEGIN_OBJECT, "\"tile\"")) {
      return;
    }
    reader.beginObject();
    while (reader.hasNext()) {
      Location target = here();
      String name = reader.nextName();
      Location place = here();
      Dim dim = dim(name);
      if (dim != null) {
        targets.add(name);
        dims.add(dim);
        targetPlaces.add(target);
        dimPlaces.add(place);
      }
    }
    reader.endObject();
  }

  private @Nullable Dim dim(String target) throws IOException {
    Location place = here();
    JsonToken token = reader.peek();
    if (token == JsonToken.NUMBER) {
      String number = reader.nextString();
      if (number.matches("\\d{1,9}")) {
        return Dim.index(Integer.parseInt(number));
      }
      fail(
          place,
          ErrorCode.UNKNOWN_DIMENSION,
          "\"" + target + "\" is to be tiled on dimension " + number,
          "Dimensions count from 0");
      return null;
    }
    if (token == JsonToken.STRING) {
      String word = reader.nextString();
      return switch (word) {
        case "first_divisible" -> Dim.firstDivisible();
        case "unknown" -> Dim.unknown();
        default -> Dim.named(word);
      };
    }
    fail(
        place,
        ErrorCode.INVALID_SCHEDULE,
        "the dimension of \"" + target + "\" is " + describe(token),
        "Write its index, its name, \"first_divisible\" or \"unknown\"");
    reader.skipValue();
    return null;
  }

  private void replicate(List<String> replicated, List<Location> replicatedPlaces)
      throws IOException {
    if (!expect(JsonToken.BEGIN_ARRAY, "\"replicate\"")) {
      return;
    }
    reader.beginArray();
    while (reader.hasNext()) {
      Location place = here();
      String name = string("an entry of \"replicate\"");
      if (name != null) {
        replicated.add(name);
        replicatedPlaces.add(place);
      }
    }
    reader.endArray();
  }

  private void automatic(Draft draft) throws IOException {
    Location place = here();
    String text = string("\"auto\"");
    if (text != null) {
      try {
        draft.automatic = AutomaticTactic.parse(text);
      } catch (PartirException e) {
        for (Diagnostic diagnostic : e.diagnostics()) {
          fail(place, diagnostic.code(), diagnostic.problem(), diagnostic.remedy());
        }
      }
    }
  }
}
