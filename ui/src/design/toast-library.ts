/** What shows short messages, with its styles. */
import "@/app/library-later.css";

export { Notifications, notifications } from "@mantine/notifications";
