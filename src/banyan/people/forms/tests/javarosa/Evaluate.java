import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Paths;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.condition.EvaluationContext;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.model.xform.XPathReference;
import org.javarosa.xform.util.XFormUtils;
import org.javarosa.xpath.XPathParseTool;
import org.javarosa.xpath.expr.XPathFuncExpr;

/** What JavaRosa, the engine of ODK Collect, makes of expressions: one "type TAB text" per line "context TAB expression". */
public class Evaluate {
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8");
        System.setOut(System.err);
        FormDef form = XFormUtils.getFormFromInputStream(new FileInputStream(arguments[0]));
        form.initialize(true, new InstanceInitializationFactory());
        for (String line : Files.readAllLines(Paths.get(arguments[1]))) {
            String[] parts = line.split("\t", 2);
            String said;
            try {
                TreeReference at = XPathReference.getPathExpr(parts[0]).getReference();
                EvaluationContext context = new EvaluationContext(form.getEvaluationContext(), at);
                Object value = XPathFuncExpr.unpack(XPathParseTool.parseXPath(parts[1]).eval(form.getMainInstance(), context));
                said = value.getClass().getSimpleName() + "\t" + XPathFuncExpr.toString(value);
            } catch (Throwable error) { // whatever it refuses, in whatever way
                said = "Error\t";
            }
            out.println(said.replace("\n", "\\n"));
        }
    }
}
