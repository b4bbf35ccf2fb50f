// breaks: no-test-code-in-product
import '#testing';
