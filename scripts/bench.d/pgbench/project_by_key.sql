SELECT * FROM read_project({organisation}::uuid, NULL, {key}, {project}::uuid);
