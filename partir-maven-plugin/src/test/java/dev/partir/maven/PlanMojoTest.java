package dev.partir.maven;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.File;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The goal turns what the step says into what Maven takes. */
final class PlanMojoTest {
  @TempDir private Path project;

  private PlanMojo mojo(String conflicts) throws ReflectiveOperationException {
    PlanMojo mojo = new PlanMojo();
    set(mojo, "classes", project.resolve("classes").toFile());
    set(mojo, "compileClassPath", List.of(project.resolve("classes").toString()));
    set(mojo, "runtimeClassPath", List.of());
    set(mojo, "sources", List.of());
    set(mojo, "packaging", "jar");
    set(mojo, "reports", project.resolve("partir").toFile());
    set(mojo, "baseline", new File(project.toFile(), "partir-baseline.json"));
    set(mojo, "conflicts", conflicts);
    return mojo;
  }

  private static void set(PlanMojo mojo, String name, Object value)
      throws ReflectiveOperationException {
    Field field = PlanMojo.class.getDeclaredField(name);
    field.setAccessible(true);
    field.set(mojo, value);
  }

  @Test
  void aProjectWithoutModelsPasses() throws Exception {
    mojo("error").execute();
    assertThat(Files.exists(project.resolve("partir"))).isTrue();
  }

  @Test
  void aProjectOfProjectsIsLeftAlone() throws Exception {
    PlanMojo mojo = mojo("error");
    set(mojo, "packaging", "pom");
    mojo.execute();
    assertThat(Files.exists(project.resolve("partir"))).isFalse();
  }

  @Test
  void wordsThatAreNotKnownAreRefused() throws Exception {
    PlanMojo mojo = mojo("ignore");
    MojoExecutionException refused = assertThrows(MojoExecutionException.class, mojo::execute);
    assertThat(refused)
        .hasMessageThat()
        .isEqualTo("partir.conflicts is \"ignore\"; it is error, warning or none");
  }

  @Test
  void aBaselineThatIsNoneIsRefused() throws Exception {
    Files.writeString(project.resolve("partir-baseline.json"), "{}");
    PlanMojo mojo = mojo("error");
    MojoExecutionException refused = assertThrows(MojoExecutionException.class, mojo::execute);
    assertThat(refused).hasMessageThat().startsWith("[partir:invalid-baseline] ");
  }
}
