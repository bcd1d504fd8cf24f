package dev.marlin.simulator;

import dev.marlin.simulator.isa.Alu;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;

/**
 * The bytecode of each case of {@link Alu#compute}, which translated code contains instead of
 * calling it: so what instructions compute is written once.
 */
final class AluCode {
  /** Local variables of {@link Alu#compute}. */
  static final int A = 1;

  static final int B = 2;
  static final int D = 3;
  static final int C = 4;

  private final Map<Integer, List<AbstractInsnNode>> cases = new HashMap<>();

  private AluCode() {
    ClassNode alu = new ClassNode();
    try (InputStream in = Alu.class.getResourceAsStream("Alu.class")) {
      if (in == null) {
        throw new IllegalStateException("Alu.class is not beside " + Alu.class.getName());
      }
      new ClassReader(in).accept(alu, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    MethodNode compute =
        alu.methods.stream().filter(m -> m.name.equals("compute")).findFirst().orElseThrow();
    for (AbstractInsnNode node : compute.instructions) {
      if (node instanceof TableSwitchInsnNode table) {
        for (int i = 0; i < table.labels.size(); i++) {
          add(table.min + i, table.labels.get(i), table.dflt);
        }
      } else if (node instanceof LookupSwitchInsnNode lookup) {
        for (int i = 0; i < lookup.labels.size(); i++) {
          add(lookup.keys.get(i), lookup.labels.get(i), lookup.dflt);
        }
      }
    }
  }

  /** Made when the first program is translated; never changes. */
  private static final class Holder {
    static final AluCode INSTANCE = new AluCode();
  }

  /** The instructions that leave the result on the stack, given the four locals. */
  static List<AbstractInsnNode> of(int op) {
    List<AbstractInsnNode> code = Holder.INSTANCE.cases.get(op);
    if (code == null) {
      throw new IllegalArgumentException("Operation " + op + " is not pure.");
    }
    return code;
  }

  private void add(int op, LabelNode from, LabelNode none) {
    if (from == none) {
      return;
    }
    List<AbstractInsnNode> code = new ArrayList<>();
    for (AbstractInsnNode node = from.getNext(); ; node = node.getNext()) {
      if (node.getOpcode() == Opcodes.GOTO || node.getOpcode() == Opcodes.IRETURN) {
        break;
      }
      if (node instanceof JumpInsnNode || (node instanceof LabelNode && !code.isEmpty())) {
        throw new IllegalStateException("Case " + op + " of Alu.compute has a branch.");
      }
      if (node.getOpcode() >= 0) {
        code.add(node);
      }
    }
    cases.put(op, List.copyOf(code));
  }
}
