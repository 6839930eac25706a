/** The segments' pages at their addresses. */
import "@/app/library-later.css";
import { getRouteApi } from "@tanstack/react-router";
import { SegmentPage } from "@/features/segments/segment-page";
import { SegmentsPage } from "@/features/segments/segments-page";

const list = getRouteApi("/signed-in/projects/$project/segments");
const one = getRouteApi("/signed-in/projects/$project/segments/$segment");

export function SegmentsRoute() {
  const { project } = list.useParams();
  const { q = "" } = list.useSearch();
  const navigate = list.useNavigate();
  return (
    <SegmentsPage
      project={project}
      q={q}
      onSearch={(next) => void navigate({ search: next === "" ? {} : { q: next }, replace: true })}
    />
  );
}

export function SegmentRoute() {
  const { project, segment } = one.useParams();
  return <SegmentPage key={segment} project={project} segment={segment} />;
}
