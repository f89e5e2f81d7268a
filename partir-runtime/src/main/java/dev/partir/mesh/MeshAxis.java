package dev.partir.mesh;

/** A named axis of a mesh and the number of devices along it. */
public record MeshAxis(String name, int size) {
  @Override
  public String toString() {
    return name + "=" + size;
  }
}
