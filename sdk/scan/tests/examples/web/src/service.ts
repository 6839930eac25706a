import { FeatureService } from "./feature-service";
import { MenuService } from "./menu-service";

export class Invoices {
  constructor(private readonly service: FeatureService, private readonly menus: MenuService) {}

  show() {
    const resolver = new FeatureService();
    return this.service.isEnabled("through-a-service") || resolver.isEnabled("by-its-type") || this.menus.isEnabled("trap-menu");
  }
}
