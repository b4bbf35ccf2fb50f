// breaks: domain-is-pure, no-dev-dependency-in-product
import 'fast-check';
