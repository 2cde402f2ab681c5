# SPDX-License-Identifier: Apache-2.0
"""Prove to everybody what the platform did in public, such as a release of a plugin."""

from typing import BinaryIO
from uuid import UUID

from apps.audit.adapters.tree.tiles import read_stored_tile
from apps.audit.domain.archive.container import write_container
from apps.audit.domain.archive.single_leaves import leaf_archive_files
from apps.audit.selectors.signed_tree import newest_covering, signed_tree
from apps.audit.selectors.single_leaves import not_in_a_signed_tree, platform_leaf
from apps.audit.services.frame_archive import frame_archive


class PlatformEvidence:
    """Archives of leaves of the platform, for what contexts show to everybody."""

    def write(self, *, verb: str, object_id: UUID, out: BinaryIO) -> None:
        """Write the archive as of the newest checkpoint; nobody is asked, and no leaf tells who took it.

        Raises: LeafMustExist, LogMustCoverIt.
        """
        leaf = platform_leaf(verb=verb, object_id=object_id)
        size = newest_covering(leaf_index=leaf.leaf_index)
        if size is None:
            raise not_in_a_signed_tree(leaf_id=leaf.leaf_id, got=f"place {leaf.leaf_index} alone")
        frame = frame_archive(tree=signed_tree(size=size), earlier=None)
        write_container(out=out, files=leaf_archive_files(frame=frame, leaves=[leaf], read=read_stored_tile))
