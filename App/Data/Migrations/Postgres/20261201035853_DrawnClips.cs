using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Downbeat.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class DrawnClips : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "GroupId",
                table: "Jobs",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "SongStart",
                table: "Clips",
                type: "double precision",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "Charges",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    OwnerId = table.Column<Guid>(type: "uuid", nullable: false),
                    ClipId = table.Column<Guid>(type: "uuid", nullable: false),
                    RemoteId = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    Amount = table.Column<long>(type: "bigint", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Charges", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Charges_AspNetUsers_OwnerId",
                        column: x => x.OwnerId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_GroupId",
                table: "Jobs",
                column: "GroupId");

            migrationBuilder.CreateIndex(
                name: "IX_Charges_At",
                table: "Charges",
                column: "At");

            migrationBuilder.CreateIndex(
                name: "IX_Charges_ClipId",
                table: "Charges",
                column: "ClipId");

            migrationBuilder.CreateIndex(
                name: "IX_Charges_OwnerId_At",
                table: "Charges",
                columns: new[] { "OwnerId", "At" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Charges");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_GroupId",
                table: "Jobs");

            migrationBuilder.DropColumn(
                name: "GroupId",
                table: "Jobs");

            migrationBuilder.DropColumn(
                name: "SongStart",
                table: "Clips");
        }
    }
}
