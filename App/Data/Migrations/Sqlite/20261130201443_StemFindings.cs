using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Downbeat.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class StemFindings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "StemFindings",
                columns: table => new
                {
                    SongId = table.Column<Guid>(type: "TEXT", nullable: false),
                    UsedBytes = table.Column<byte[]>(type: "BLOB", nullable: true),
                    OfferedBytes = table.Column<byte[]>(type: "BLOB", nullable: true),
                    IsDismissed = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_StemFindings", x => x.SongId);
                    table.ForeignKey(
                        name: "FK_StemFindings_Songs_SongId",
                        column: x => x.SongId,
                        principalTable: "Songs",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "StemFindings");
        }
    }
}
