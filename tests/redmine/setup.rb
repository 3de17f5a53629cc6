# What the tests need in a fresh Redmine: its API, a few people with keys, the field that holds our marks, and projects.
# Prints the keys as JSON on the last line.
require 'json'

Redmine::DefaultData::Loader.load('en')
Setting.rest_api_enabled = '1'
Setting.login_required = '1'
Setting.notified_events = []

def person(login, name, admin: false)
  user = User.new(firstname: name, lastname: 'Example', mail: "#{login}@tidemark.example", language: 'en', admin: admin)
  user.login = login
  user.password = user.password_confirmation = SecureRandom.hex(16)
  user.save!
  user
end

people = { keeper: person('keeper', 'Kit', admin: true), atlas: person('atlas', 'Atlas'), ada: person('ada', 'Ada') }

task = Tracker.create!(name: 'Task', default_status: IssueStatus.find_by!(name: 'New'))
field = IssueCustomField.create!(
  name: 'atlas', field_format: 'text', is_filter: true, is_for_all: true, visible: true, trackers: Tracker.all
)

# The role that the README asks an admin to give the integration's user, and nothing more.
ours = Role.create!(
  name: 'Integration', assignable: false, issues_visibility: 'all', users_visibility: 'all',
  permissions: %i[view_issues add_issues edit_issues add_issue_notes manage_subtasks delete_issues view_private_notes]
)
lead = Role.find_by!(name: 'Manager')
[[task, lead], *Tracker.all.map { |tracker| [tracker, ours] }].each do |tracker, role|
  IssueStatus.all.to_a.permutation(2) do |from, to|
    WorkflowTransition.create!(tracker: tracker, role: role, old_status: from, new_status: to)
  end
end

{ 'one' => false, 'two' => true, 'else' => false }.each do |key, is_public|
  project = Project.new(name: key.capitalize, is_public: is_public, enabled_module_names: ['issue_tracking'])
  project.identifier = key
  project.trackers = Tracker.all
  project.save!
  Member.create!(project: project, principal: people[:atlas], roles: [ours])
  Member.create!(project: project, principal: people[:ada], roles: [lead])
end

puts JSON.generate(
  keys: people.transform_values(&:api_key), atom: people[:ada].atom_key, users: people.transform_values(&:id), field: field.id, tracker: task.id
)
