package dev.partir.sim.profile;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.NearestNames;
import dev.partir.ir.PartirException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds hardware profiles: those that are shipped, those that users put on the class path, and
 * files.
 *
 * <p>A profile is a {@linkplain java.util.Properties properties} file in UTF-8. One on the class
 * path is the resource {@code META-INF/partir/profiles/NAME.properties}; to be listed by {@link
 * #names()} its name must also stand, on a line of its own, in a resource {@code
 * META-INF/partir/profiles/index}, of which every jar may have one. Where a name stands twice the
 * first on the class path holds. The class path is that of this class and then that of the thread
 * ({@link Thread#getContextClassLoader}). The keys are explained in {@code
 * docs/hardware-profiles.md}.
 */
public final class HardwareProfiles {
  /** The folder of profiles on the class path. */
  public static final String FOLDER = "META-INF/partir/profiles/";

  private static final String SUFFIX = ".properties";

  private HardwareProfiles() {}

  /**
   * Returns the profile of that name, whatever its case, or null when there is none.
   *
   * @throws PartirException with {@link ErrorCode#INVALID_PROFILE} findings when it cannot be read
   */
  public static @Nullable HardwareProfile find(String name) {
    String id = name.toLowerCase(Locale.ROOT);
    // Also keeps a name from climbing out of the folder.
    if (!id.matches("[a-z0-9][a-z0-9._-]*")) {
      return null;
    }
    for (ClassLoader loader : loaders()) {
      URL resource = loader.getResource(FOLDER + id + SUFFIX);
      if (resource != null) {
        return ProfileReader.read(id, id + SUFFIX, read(resource));
      }
    }
    return null;
  }

  /**
   * Returns the profile of that name.
   *
   * @throws PartirException with an {@link ErrorCode#UNKNOWN_PROFILE} finding when there is none,
   *     with {@link ErrorCode#INVALID_PROFILE} findings when it cannot be read
   */
  public static HardwareProfile findOrThrow(String name) {
    HardwareProfile profile = find(name);
    if (profile == null) {
      throw new PartirException(unknown(name));
    }
    return profile;
  }

  /**
   * Returns the profile that a user asks for: the path of a file when it ends in {@code
   * .properties}, else a name.
   *
   * @throws PartirException as {@link #findOrThrow} and {@link #load} do
   */
  public static HardwareProfile resolve(String nameOrPath) {
    if (!nameOrPath.endsWith(SUFFIX)) {
      return findOrThrow(nameOrPath);
    }
    try {
      return load(Path.of(nameOrPath));
    } catch (InvalidPathException e) {
      throw unreadable(ErrorCode.FILE, nameOrPath, e);
    }
  }

  /**
   * Returns the profile in a file, named as the file without its {@code .properties}.
   *
   * @throws PartirException with a {@link ErrorCode#FILE} finding when there is no such file, with
   *     {@link ErrorCode#INVALID_PROFILE} findings for every line that is wrong
   */
  public static HardwareProfile load(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw unreadable(ErrorCode.FILE, file.toString(), e);
    }
    Path last = file.getFileName();
    String name = last == null ? file.toString() : last.toString();
    String id = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    return ProfileReader.read(id, file.toString(), text);
  }

  /** Returns the names of all profiles on the class path, in alphabetical order. */
  public static SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>();
    List<URL> indexes = new ArrayList<>();
    try {
      for (ClassLoader loader : loaders()) {
        indexes.addAll(Collections.list(loader.getResources(FOLDER + "index")));
      }
    } catch (IOException e) {
      throw unreadable(ErrorCode.INVALID_PROFILE, "the class path", e);
    }
    for (URL index : indexes) {
      for (String line : read(index).split("\n", -1)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          names.add(line.strip());
        }
      }
    }
    return names;
  }

  /** Returns the name that is nearest to {@code wanted}, or null when none is near. */
  public static @Nullable String nearest(String wanted) {
    return NearestNames.nearest(wanted, names());
  }

  /** Returns the finding that there is no profile of that name, with the nearest. */
  public static Diagnostic unknown(String name) {
    return Diagnostic.of(
        ErrorCode.UNKNOWN_PROFILE,
        "",
        "there is no hardware profile \"" + name + "\"",
        NearestNames.remedy(name, names(), "profiles"));
  }

  /** Returns where profiles are looked for, in order. */
  private static Set<ClassLoader> loaders() {
    Set<ClassLoader> loaders = new LinkedHashSet<>();
    ClassLoader own = HardwareProfiles.class.getClassLoader();
    loaders.add(own == null ? ClassLoader.getSystemClassLoader() : own);
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (context != null) {
      loaders.add(context);
    }
    return loaders;
  }

  private static String read(URL resource) {
    try {
      URLConnection connection = resource.openConnection();
      // A cached connection would keep the jar open in a compiler that lives on.
      connection.setUseCaches(false);
      try (InputStream in = connection.getInputStream()) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw unreadable(ErrorCode.INVALID_PROFILE, resource.toString(), e);
    }
  }

  private static PartirException unreadable(ErrorCode code, String what, Exception cause) {
    return new PartirException(
        Diagnostic.of(
            code,
            what,
            "the profile cannot be read (" + cause.getClass().getSimpleName() + ")",
            "Give a UTF-8 file that can be read, or the name of a profile"));
  }
}
