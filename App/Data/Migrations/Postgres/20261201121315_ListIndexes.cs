using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Downbeat.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ListIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Songs_OwnerId_CreatedAt",
                table: "Songs");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_OwnerId_CreatedAt",
                table: "Jobs");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_Status_Kind_Rank",
                table: "Jobs");

            migrationBuilder.DropIndex(
                name: "IX_Footage_OwnerId_CreatedAt",
                table: "Footage");

            migrationBuilder.DropIndex(
                name: "IX_Compositions_OwnerId_CreatedAt",
                table: "Compositions");

            migrationBuilder.DropIndex(
                name: "IX_Compositions_SongId_CreatedAt",
                table: "Compositions");

            migrationBuilder.DropIndex(
                name: "IX_Clips_SongId_Index",
                table: "Clips");

            migrationBuilder.CreateIndex(
                name: "IX_Songs_OwnerId_CreatedAt_Id",
                table: "Songs",
                columns: new[] { "OwnerId", "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_OwnerId_CreatedAt_Id_Kind_Priority",
                table: "Jobs",
                columns: new[] { "OwnerId", "CreatedAt", "Id", "Kind", "Priority" });

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_OwnerId_Status_CreatedAt_Id_Kind_Priority",
                table: "Jobs",
                columns: new[] { "OwnerId", "Status", "CreatedAt", "Id", "Kind", "Priority" });

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Status_Kind_Rank_DueAt",
                table: "Jobs",
                columns: new[] { "Status", "Kind", "Rank", "DueAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Footage_OwnerId_CreatedAt_Id",
                table: "Footage",
                columns: new[] { "OwnerId", "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Compositions_Id_Paced",
                table: "Compositions",
                column: "Id",
                filter: "\"PaceJson\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Compositions_OwnerId_CreatedAt_Id",
                table: "Compositions",
                columns: new[] { "OwnerId", "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Compositions_SongId_CreatedAt_Id_OwnerId",
                table: "Compositions",
                columns: new[] { "SongId", "CreatedAt", "Id", "OwnerId" });

            migrationBuilder.CreateIndex(
                name: "IX_Clips_SongId_Index_Id",
                table: "Clips",
                columns: new[] { "SongId", "Index", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Analyses_Revision_SongId",
                table: "Analyses",
                columns: new[] { "Revision", "SongId" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Songs_OwnerId_CreatedAt_Id",
                table: "Songs");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_OwnerId_CreatedAt_Id_Kind_Priority",
                table: "Jobs");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_OwnerId_Status_CreatedAt_Id_Kind_Priority",
                table: "Jobs");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_Status_Kind_Rank_DueAt",
                table: "Jobs");

            migrationBuilder.DropIndex(
                name: "IX_Footage_OwnerId_CreatedAt_Id",
                table: "Footage");

            migrationBuilder.DropIndex(
                name: "IX_Compositions_Id_Paced",
                table: "Compositions");

            migrationBuilder.DropIndex(
                name: "IX_Compositions_OwnerId_CreatedAt_Id",
                table: "Compositions");

            migrationBuilder.DropIndex(
                name: "IX_Compositions_SongId_CreatedAt_Id_OwnerId",
                table: "Compositions");

            migrationBuilder.DropIndex(
                name: "IX_Clips_SongId_Index_Id",
                table: "Clips");

            migrationBuilder.DropIndex(
                name: "IX_Analyses_Revision_SongId",
                table: "Analyses");

            migrationBuilder.CreateIndex(
                name: "IX_Songs_OwnerId_CreatedAt",
                table: "Songs",
                columns: new[] { "OwnerId", "CreatedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_OwnerId_CreatedAt",
                table: "Jobs",
                columns: new[] { "OwnerId", "CreatedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Status_Kind_Rank",
                table: "Jobs",
                columns: new[] { "Status", "Kind", "Rank" });

            migrationBuilder.CreateIndex(
                name: "IX_Footage_OwnerId_CreatedAt",
                table: "Footage",
                columns: new[] { "OwnerId", "CreatedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Compositions_OwnerId_CreatedAt",
                table: "Compositions",
                columns: new[] { "OwnerId", "CreatedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Compositions_SongId_CreatedAt",
                table: "Compositions",
                columns: new[] { "SongId", "CreatedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Clips_SongId_Index",
                table: "Clips",
                columns: new[] { "SongId", "Index" });
        }
    }
}
