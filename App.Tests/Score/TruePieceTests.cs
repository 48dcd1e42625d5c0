using System.Text.Json;

namespace Downbeat.Tests.Score;

public sealed class TruePieceTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("downbeat-truth-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void An_entry_with_a_grid_gives_beats_and_first_beats_at_each_fair_level()
    {
        var piece = Read("""{ "file": "a/song.ogg", "bpm": 120, "bpm_also_fair": [60], "grid_origin_s": 0.5, "grid_origin_is_downbeat": true, "beats_per_bar": 4, "mood": "unheard of" }""");

        Assert.True(piece.IsSteady);
        Assert.Equal(("song.ogg", Path.Combine(folder.FullName, "a/song.ogg")), (piece.Name, Assert.Single(piece.Files)));
        Assert.Equal([[0, 0.5, 1, 1.5, 2, 2.5, 3], [0.5, 1.5, 2.5]], piece.BeatsAtFairLevels(3));
        Assert.Equal([[0.5, 2.5], [0.5]], piece.DownbeatsAtFairLevels(3));
    }

    [Theory]
    [InlineData("""{ "file": "x", "bpm": 120, "grid_origin_s": 0, "beats_per_bar": null, "grid_origin_is_downbeat": true }""")]
    [InlineData("""{ "file": "x", "bpm": 120, "grid_origin_s": 0, "beats_per_bar": 4, "grid_origin_is_downbeat": false }""")]
    [InlineData("""{ "file": "x", "bpm": 120, "grid_origin_s": 0, "beats_per_bar": 4 }""")]
    public void First_beats_are_known_only_when_the_entry_says_so(string entry) => Assert.Empty(Read(entry).DownbeatsAtFairLevels(10));

    [Fact]
    public void Listed_beats_are_taken_as_they_are_and_halved_or_doubled_where_that_is_fair()
    {
        var piece = Read("""{ "file": "x", "bpm": 60, "bpm_also_fair": [30, 120, 90], "beats": [1, 2.5, 3.5], "downbeats": [1, 3.5] }""");

        Assert.False(piece.IsSteady);
        Assert.Equal([[1, 2.5, 3.5], [1, 3.5], [2.5], [1, 1.75, 2.5, 3, 3.5]], piece.BeatsAtFairLevels(9));
        Assert.Equal([1, 3.5], piece.DownbeatsAtFairLevels(9)[0]);
    }

    [Theory]
    [InlineData("""{ "file": "x", "bpm": null, "source": "no music: a tempo here is a false alarm" }""", true)]
    [InlineData("""{ "file": "x", "beats": [] }""", true)]
    [InlineData("""{ "file": "x", "bpm": null, "source": "hand-played" }""", false)]
    [InlineData("""{ "file": "x" }""", false)]
    public void Where_nothing_is_known_of_beats_a_tempo_is_a_false_alarm_only_if_there_are_none(string entry, bool hasNoBeat)
    {
        var piece = Read(entry);

        Assert.Equal(hasNoBeat, piece.HasNoBeat);
        Assert.False(piece.IsSteady);
        Assert.Empty(piece.BeatsAtFairLevels(10));
    }

    [Fact]
    public void A_folder_of_stems_is_their_sum_and_a_file_with_streams_is_itself()
    {
        folder.CreateSubdirectory("stems/song");

        Assert.Equal(
            ["stems/song/a.ogg", "stems/song/b.ogg"],
            Read("""{ "file": "stems/song", "stems": ["a.ogg", "b.ogg"] }""").Files.Select(file => Path.GetRelativePath(folder.FullName, file)));
        Assert.EndsWith("mix.mp4", Assert.Single(Read("""{ "file": "mix.mp4", "stems": ["stream 1 drums"], "mix": "stream 0" }""").Files));
    }

    [Fact]
    public void Form_and_key_are_read()
    {
        var piece = Read("""{ "file": "x", "key": "F sharp minor", "sections": [{ "start": 0, "end": 4.5, "label": "intro", "note": 1 }] }""");

        Assert.Equal(new Stretch(0, 4.5, "intro"), Assert.Single(piece.Parts));
        Assert.Equal(new MusicKey(6, true), Assert.Single(piece.Keys));
    }

    [Fact]
    public void What_is_no_list_of_pieces_is_refused()
    {
        Assert.Throws<FileNotFoundException>(() => TruePiece.ReadAll(folder.FullName));
        Write("{}");
        Assert.Throws<JsonException>(() => TruePiece.ReadAll(folder.FullName));
        Write("no JSON");
        Assert.ThrowsAny<JsonException>(() => TruePiece.ReadAll(folder.FullName));
    }

    private TruePiece Read(string entry)
    {
        Write($"[{entry}]");
        return Assert.Single(TruePiece.ReadAll(folder.FullName));
    }

    private void Write(string json) => File.WriteAllText(Path.Combine(folder.FullName, "truth.json"), json);
}
