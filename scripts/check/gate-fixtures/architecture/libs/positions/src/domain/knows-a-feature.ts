// breaks: domain-is-pure
import '#assets';
