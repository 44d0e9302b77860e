// The package names type declarations that it does not ship; these are the parts used here.
declare module "@getodk/web-forms" {
  import type { DefineComponent, Plugin } from "vue";

  export interface InstancePayload {
    status: "ready" | "pending";
    data: FormData[];
  }
  export const POST_SUBMIT__NEW_INSTANCE: unique symbol;
  export type AfterSubmit = (result?: { next: typeof POST_SUBMIT__NEW_INSTANCE }) => void;
  export interface WebFormProps {
    formXml: string;
    fetchFormAttachment: (resource: { href: string }) => Promise<Response>;
    missingResourceBehavior?: "ERROR" | "BLANK";
    onSubmit?: (payload: InstancePayload, after: AfterSubmit) => void;
  }
  export const OdkWebForm: DefineComponent<WebFormProps>;
  export const webFormsPlugin: Plugin;
}
