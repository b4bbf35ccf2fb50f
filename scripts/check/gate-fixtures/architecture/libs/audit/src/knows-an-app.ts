// breaks: libs-know-no-app (2)
import '../../../apps/api/src/main.js';
import '../../../scripts/start.js';
